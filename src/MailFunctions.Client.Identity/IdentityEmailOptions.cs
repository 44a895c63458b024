namespace MailFunctions.Client.Identity;

/// <summary>Who the mails of Identity are from, and what they say.</summary>
public sealed class IdentityEmailOptions
{
    /// <summary>The sender, <c>a@b.c</c> or <c>Name &lt;a@b.c&gt;</c>. Required; one that the server allows.</summary>
    public string From { get; set; } = "";

    /// <summary>Makes the mail. Default: a few English sentences. From, and To where it is absent, are filled in afterwards.</summary>
    public Func<IdentityEmail, EmailMessage> Compose { get; set; } = EnglishIdentityEmail.Compose;
}
