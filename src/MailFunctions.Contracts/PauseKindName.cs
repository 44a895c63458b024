namespace MailFunctions.Contracts;

/// <summary>The kinds of things that can be paused.</summary>
[Schema("PauseKind")]
public static class PauseKindName
{
    /// <summary>An API key: its calls are refused, and the mail that it submitted waits.</summary>
    public const string Key = "key";

    /// <summary>A sender: an address, or all addresses of a domain.</summary>
    public const string Sender = "sender";

    public const string Lane = "lane";
}
