namespace MailFunctions.Client.Identity;

/// <summary>The sender and the texts of Identity's mails.</summary>
public sealed class IdentityEmailOptions
{
    /// <summary>The sender, <c>a@b.c</c> or <c>Name &lt;a@b.c&gt;</c>. Required; one that the server allows.</summary>
    public string From { get; set; } = "";

    /// <summary>Composes the mail. Default: a few English sentences. From, and To where it is absent, are filled in afterwards.</summary>
    public Func<IdentityEmail, EmailMessage> Compose { get; set; } = EnglishIdentityEmail.Compose;
}
