namespace MailFunctions.Mail;

/// <summary>The content of a mail as accepted: everything that composition needs besides the id and the accept time.</summary>
/// <remarks>Bcc recipients are part of the envelope only, so they are not here and cannot get into the message.</remarks>
internal sealed record EmailContent
{
    public required EmailAddress From { get; init; }

    public IReadOnlyList<EmailAddress> To { get; init; } = [];

    public IReadOnlyList<EmailAddress> Cc { get; init; } = [];

    public IReadOnlyList<EmailAddress> ReplyTo { get; init; } = [];

    public string Subject { get; init; } = "";

    public string? Text { get; init; }

    public string? Html { get; init; }

    /// <summary>The caller's own header fields, in the order given; none is one that composition writes itself.</summary>
    public IReadOnlyList<HeaderField> Headers { get; init; } = [];

    public IReadOnlyList<Attachment> Attachments { get; init; } = [];

    /// <summary>The recipient's way to unsubscribe; null if the mail did not ask for one. The bodies hold its placeholder.</summary>
    public UnsubscribeLink? Unsubscribe { get; init; }

    /// <summary>True if an address in the header has a local part beyond ASCII, which no encoding turns into ASCII.</summary>
    internal bool NeedsSmtpUtf8 => From.NeedsSmtpUtf8 || To.Concat(Cc).Concat(ReplyTo).Any(address => address.NeedsSmtpUtf8);
}

/// <param name="Name">A field name (RFC 5322 section 2.2): printable ASCII without the colon.</param>
/// <param name="Value">Unicode, without CR, LF or NUL; folded and encoded by composition.</param>
internal sealed record HeaderField(string Name, string Value);

/// <summary>A file in a mail: a separate part, or, with a content id, one that the html shows through <c>cid:</c> (RFC 2392).</summary>
internal sealed record Attachment
{
    public required string FileName { get; init; }

    /// <summary>A media type (RFC 2045 section 5.1), such as <c>application/pdf</c>.</summary>
    public required string ContentType { get; init; }

    /// <summary>The content id without angle brackets; set for a part that the html refers to.</summary>
    public string? ContentId { get; init; }

    /// <summary>
    /// True for UTF-8 text of an invitation, an alternative shown in place of the bodies (RFC 2046 section 5.1.4) if
    /// possible.
    /// </summary>
    public bool IsAlternative { get; init; }

    /// <summary>
    /// The bytes. For a referenced file empty until it is loaded for sending, and also then if it is <see cref="Flowing"/>.
    /// </summary>
    public required ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>The location of the bytes if the mail named them instead of including them.</summary>
    public FileReference? Reference { get; init; }

    /// <summary>Loaded for sending: a file that is read only while it is sent.</summary>
    internal FlowingFile? Flowing { get; init; }
}

/// <summary>A label on a mail, for statistics and for finding the mail again.</summary>
/// <param name="Name">1 to 256 ASCII letters, digits, underscores or dashes.</param>
/// <param name="Value">The same alphabet and bound.</param>
internal sealed record Tag(string Name, string Value)
{
    public override string ToString() => $"{Name}:{Value}";
}
