namespace MailFunctions.Client;

/// <summary>The server's address, and the timeouts and retries of the client.</summary>
public sealed class MailFunctionsClientOptions
{
    /// <summary>
    /// The address of the API, route prefix included, as in <c>https://mail.azurewebsites.net/api</c>. Required; https,
    /// unless the host is this machine.
    /// </summary>
    public Uri? BaseAddress { get; set; }

    /// <summary>The function key, sent in the header x-functions-key. Default: none. Printable ASCII without spaces.</summary>
    public string? FunctionKey { get; set; }

    /// <summary>
    /// An API key, sent in the header X-Api-Key. Beside a function key it narrows what the calls may do; alone it is enough, and
    /// the calls go to <c>keyed</c> below the address. Default: none. Printable ASCII without spaces.
    /// </summary>
    public string? ApiKey { get; set; }

    /// <summary>The time for one try, from connecting to the last byte of the answer. Default 100 s; 100 ms to 1 h.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(100);

    /// <summary>The number of retries after the first try. Default 6, which is half a minute of waiting; 0 to 20.</summary>
    public int MaxRetries { get; set; } = 6;

    /// <summary>The wait before the first retry; it doubles with each, spread at random. Default 500 ms; 1 ms to 1 min.</summary>
    public TimeSpan FirstRetryDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// The longest wait before a retry. A server that asks for a longer one ends the call. Default 90 s, more than the
    /// minute after which the server allows a lost request to be taken over; from <see cref="FirstRetryDelay"/> to 10 min.
    /// </summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(90);
}
