namespace MailFunctions.Benchmarks.Whole;

/// <summary>A whole way from an HTTP call to an SMTP server, with storage in between.</summary>
internal interface IStack : IAsyncDisposable
{
    string Name { get; }

    /// <summary>Takes <c>POST api/emails</c> and <c>POST api/emails/batch</c>.</summary>
    HttpClient Client { get; }

    /// <summary>Processor time used so far by the app's own processes, and by its storage.</summary>
    (TimeSpan App, TimeSpan Storage) Cpu { get; }

    /// <summary>Bytes of memory that the app's own processes hold now.</summary>
    long Memory { get; }

    /// <summary>Mails that have arrived.</summary>
    long Arrived { get; }

    /// <summary>Until so many mails in all have arrived.</summary>
    /// <returns>The timestamp of the last.</returns>
    Task<long> ReachAsync(long mails, CancellationToken cancellationToken);
}
