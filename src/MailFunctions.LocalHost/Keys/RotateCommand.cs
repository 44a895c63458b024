using MailFunctions.LocalHost.Children;
using MailFunctions.Unsubscription;

namespace MailFunctions.LocalHost.Keys;

/// <summary>Makes a newer key of unsubscribe tokens, in the storage that a run would use.</summary>
internal static class RotateCommand
{
    public const string Name = "rotate-unsubscribe-key";

    /// <returns>The exit code.</returns>
    /// <exception cref="CannotStartException">The storage is not available.</exception>
    public static async Task<int> RunAsync(IConfigurationManager configuration, StopSignals signals)
    {
        await using var surroundings = await Surroundings.EnsureStorageAloneAsync(LocalHostOptions.Read(configuration), configuration, Console.Error, signals);
        var rotation = await UnsubscribeKeyRotation.OpenAsync(configuration, signals.Token);
        Console.WriteLine(await rotation.RotateAsync(signals.Token));
        Console.Error.WriteLine("Every instance uses it for new mail within 10 minutes; the links in mails that were sent stay valid.");
        return 0;
    }
}
