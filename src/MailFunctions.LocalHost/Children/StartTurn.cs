namespace MailFunctions.LocalHost.Children;

/// <summary>Of runs that start at once over the same data folder, one looks and starts children at a time; the next then finds them.</summary>
/// <remarks>The lock is the operating system's and ends with the process, however that ends.</remarks>
internal static class StartTurn
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(100);

    public static async Task<IDisposable> TakeAsync(string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        while (true)
        {
            try
            {
                return new FileStream(Path.Combine(folder, "start.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await Task.Delay(LookAgain, cancellationToken);
            }
        }
    }
}
