namespace MailFunctions.LocalHost.Children;

/// <summary>
/// Serialises runs that start at once over the same data folder: one at a time looks for children and starts them;
/// the next then finds them.
/// </summary>
/// <remarks>The lock belongs to the operating system and ends with the process, even after a crash.</remarks>
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
