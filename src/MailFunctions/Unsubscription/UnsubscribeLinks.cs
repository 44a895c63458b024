using MailFunctions.Mail;
using Microsoft.Extensions.Options;

namespace MailFunctions.Unsubscription;

/// <summary>Makes the unsubscribe links of mails that are being accepted. They are stored with the mail, so that every attempt sends the same.</summary>
internal sealed class UnsubscribeLinks(UnsubscribeKeys keys, IOptions<PublicUrlOptions> publicUrl, IOptions<UnsubscribeOptions> options)
{
    /// <summary>The path below the public address, before the token.</summary>
    private const string Path = "/api/u/";

    private readonly string? _address = publicUrl.Value.PublicUrl is { Length: > 0 } url ? PublicAddress.Read(url) : null;

    /// <summary>False when the app does not know under which address recipients reach it.</summary>
    public bool ArePossible => _address is not null;

    /// <exception cref="InvalidOperationException">They are not possible.</exception>
    public async ValueTask<UnsubscribeLink> OfAsync(Subscription subscription, CancellationToken cancellationToken)
    {
        if (_address is null)
            throw new InvalidOperationException($"{PublicUrlOptions.Setting} is not set.");
        var token = UnsubscribeToken.Write(await keys.CurrentAsync(cancellationToken), subscription);
        return new UnsubscribeLink($"{_address}{Path}{token}", MailtoOf(token));
    }

    /// <summary>The subject holds the token, so that a program that reads the mailbox can call the same address.</summary>
    private string? MailtoOf(string token) => options.Value.Mailto is { Length: > 0 } mailbox
        ? $"mailto:{Uri.EscapeDataString(mailbox).Replace("%40", "@", StringComparison.Ordinal)}?subject=unsubscribe%20{token}"
        : null;
}
