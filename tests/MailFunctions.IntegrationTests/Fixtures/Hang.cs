namespace MailFunctions.IntegrationTests.Fixtures;

/// <summary>
/// How long a test waits for what is to come before it fails. It is no measure of anything: a machine that is busy with other
/// work may take many times as long as an idle one, and what does not come at all is found out all the same.
/// </summary>
internal static class Hang
{
    public static readonly TimeSpan After = TimeSpan.FromMinutes(15);
}
