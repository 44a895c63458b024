namespace MailFunctions.Client.Identity;

/// <summary>One mail that ASP.NET Core Identity asks to be sent.</summary>
/// <param name="Secret">The link, or the code, as it is: not encoded for HTML.</param>
public sealed record IdentityEmail(IdentityEmailKind Kind, string To, string Secret);

public enum IdentityEmailKind
{
    ConfirmationLink,

    PasswordResetLink,

    PasswordResetCode,
}
