using System.Text.Encodings.Web;

namespace MailFunctions.Client.Identity;

/// <summary>The default texts of the mails, in English.</summary>
internal static class EnglishIdentityEmail
{
    private const string NotYou = "If it was not you who asked for it, you can ignore this mail.";

    public static EmailMessage Compose(IdentityEmail email) => email.Kind switch
    {
        IdentityEmailKind.ConfirmationLink => WithLink("Confirm your e-mail address", "Please confirm your e-mail address:", email),
        IdentityEmailKind.PasswordResetLink => WithLink("Reset your password", "Here you can choose a new password:", email),
        IdentityEmailKind.PasswordResetCode => With("Reset your password", "Your code to choose a new password:", email.Secret, $"<strong>{Encode(email.Secret)}</strong>", email),
        _ => throw new ArgumentOutOfRangeException(nameof(email)),
    };

    private static EmailMessage WithLink(string subject, string sentence, IdentityEmail email) =>
        With(subject, sentence, email.Secret, $"<a href=\"{Encode(email.Secret)}\">{Encode(email.Secret)}</a>", email);

    private static EmailMessage With(string subject, string sentence, string secret, string secretInHtml, IdentityEmail email) => new()
    {
        To = [email.To],
        Subject = subject,
        Text = $"{sentence}\n\n{secret}\n\n{NotYou}\n",
        Html = $"<p>{sentence}</p><p>{secretInHtml}</p><p>{NotYou}</p>",
    };

    private static string Encode(string text) => HtmlEncoder.Default.Encode(text);
}
