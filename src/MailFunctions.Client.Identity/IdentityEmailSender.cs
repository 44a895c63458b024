using System.Net;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace MailFunctions.Client.Identity;

/// <summary>Sends the mails of ASP.NET Core Identity; each is accepted when its call returns.</summary>
internal sealed class IdentityEmailSender<TUser>(MailFunctionsClient client, IOptions<IdentityEmailOptions> options) : IEmailSender<TUser>
    where TUser : class
{
    public Task SendConfirmationLinkAsync(TUser user, string email, string confirmationLink) => SendAsync(IdentityEmailKind.ConfirmationLink, email, confirmationLink);

    public Task SendPasswordResetLinkAsync(TUser user, string email, string resetLink) => SendAsync(IdentityEmailKind.PasswordResetLink, email, resetLink);

    public Task SendPasswordResetCodeAsync(TUser user, string email, string resetCode) => SendAsync(IdentityEmailKind.PasswordResetCode, email, resetCode);

    /// <summary>
    /// Sends one mail. Identity's endpoints and pages give links and codes that are encoded for HTML; a text, or a second
    /// encoding, would break them.
    /// </summary>
    private Task SendAsync(IdentityEmailKind kind, string to, string encoded)
    {
        var message = options.Value.Compose(new IdentityEmail(kind, to, WebUtility.HtmlDecode(encoded)));
        return client.SendAsync(message with { From = message.From ?? options.Value.From, To = message.To ?? [to] });
    }
}
