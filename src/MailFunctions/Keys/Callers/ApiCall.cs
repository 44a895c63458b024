namespace MailFunctions.Keys.Callers;

/// <summary>One call of the API, and what a key needs for it.</summary>
/// <param name="Name">The name of its function.</param>
/// <param name="Route">The route below the host's prefix.</param>
/// <param name="Right">Any one of these rights is enough.</param>
/// <param name="Subject">What the call is about.</param>
/// <param name="IsAudited">True for a call that the audit trail records.</param>
internal sealed record ApiCall(string Name, string Method, string Route, Rights Right, CallSubject Subject, bool IsAudited = false)
{
    /// <summary>The prefix of the routes that take an API key alone.</summary>
    public const string KeyedPrefix = "keyed/";

    /// <summary>The prefix of the calls of Resend's clients, which take an API key alone as well.</summary>
    public const string ResendPrefix = "resend/";

    /// <summary>True for a call with a function key, and a twin of it for an API key alone.</summary>
    public bool HasTwin => !Route.StartsWith(ResendPrefix, StringComparison.Ordinal);
}

/// <summary>The subject of a call; decides which limits of a key concern it.</summary>
internal enum CallSubject
{
    /// <summary>New mail, which has to be within the limits of the key.</summary>
    Submission,

    /// <summary>One mail that the key sees.</summary>
    Email,

    /// <summary>All mails that the key sees.</summary>
    Emails,

    /// <summary>The mails of a batch that the key sees.</summary>
    Batch,

    /// <summary>Templates within the key's names.</summary>
    Template,

    /// <summary>Addresses within the key's recipients.</summary>
    Suppression,

    /// <summary>One address within the key's recipients, in mails of all senders.</summary>
    Recipient,

    /// <summary>One domain within the key's senders.</summary>
    Sender,

    /// <summary>Keys that may do no more than the caller's.</summary>
    Key,

    /// <summary>The app as a whole, which a key for some senders or one lane does not reach.</summary>
    App,
}
