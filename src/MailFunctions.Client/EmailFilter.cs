using System.Security.Cryptography;
using System.Text;
using MailFunctions.Client.Calls;

namespace MailFunctions.Client;

/// <summary>Selects emails: those that match all values that are set.</summary>
public sealed record EmailFilter
{
    /// <summary>Values of <see cref="EmailStatus"/>; any when absent.</summary>
    public IReadOnlyList<string>? States { get; init; }

    /// <summary>One of <see cref="EmailLane"/>.</summary>
    public string? Lane { get; init; }

    public EmailTag? Tag { get; init; }

    /// <summary>
    /// An address without a name, in to, cc or bcc, regardless of case. It is sent as a hash, since all kinds of logs
    /// repeat a URL; only one with letters beyond ASCII is sent as it is.
    /// </summary>
    public string? Recipient { get; init; }

    /// <summary>The relay of the last attempt.</summary>
    public string? Relay { get; init; }

    /// <summary>The id of a batch.</summary>
    public string? Batch { get; init; }

    /// <summary>The earliest time of acceptance; when absent, the list goes back 30 days, for a batch to its start.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>The time before which the email was accepted.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>The number of emails in one call to the server; default 50; 1 to 200.</summary>
    public int? PageSize { get; init; }

    /// <summary>Returns the path of one page with its query.</summary>
    internal string ToPath(string? after)
    {
        var isAscii = Recipient is not null && Ascii.IsValid(Recipient);
        var parameters = new (string Name, string? Value)[]
        {
            ("state", States is { Count: > 0 } ? string.Join(',', States) : null),
            ("lane", Lane),
            ("tag", Tag is null ? null : $"{Tag.Name}:{Tag.Value}"),
            ("recipient", isAscii ? null : Recipient),
            ("recipient_hash", isAscii ? Hash(Recipient!) : null),
            ("relay", Relay),
            ("batch", Batch),
            ("from", ApiCall.Text(From)),
            ("to", ApiCall.Text(To)),
            ("limit", ApiCall.Text(PageSize)),
            ("after", after),
        };
        return ApiCall.WithQuery("emails", parameters);
    }

    private static string Hash(string address) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(address.ToLowerInvariant())));
}
