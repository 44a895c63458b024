namespace MailFunctions.Benchmarks.Sending;

/// <summary>A way to send from .NET.</summary>
internal interface ISender
{
    /// <summary>Returns when all mails were accepted and all connections are closed.</summary>
    Task SendAsync(SendJob job);
}
