namespace MailFunctions.Intake;

/// <summary>The bounds of an email, and of what a request may hold of them. They are part of the API: documented, and the same everywhere.</summary>
internal static class EmailLimits
{
    /// <summary>25 MiB decoded, all attachments together.</summary>
    public const int AttachmentBytes = 25 * 1024 * 1024;

    public const int Attachments = 100;

    /// <summary>Different files that the attachments of one request may refer to.</summary>
    public const int ReferencedFiles = 1000;

    /// <summary>250 MiB: what the files that one request refers to may have together, each counted once.</summary>
    public const long ReferencedBytes = 10L * AttachmentBytes;

    /// <summary>to, cc and bcc together.</summary>
    public const int Recipients = 50;

    public const int ReplyTo = 50;

    /// <summary>10 Mi UTF-16 code units, for text and for html each.</summary>
    public const int BodyChars = 10 * 1024 * 1024;

    /// <summary>UTF-16 code units.</summary>
    public const int SubjectChars = 998;

    /// <summary>UTF-16 code units of a whole <c>Name &lt;a@b.c&gt;</c>.</summary>
    public const int AddressChars = 1024;

    public const int Headers = 50;

    /// <summary>Octets; a name and its colon then fit on any line (RFC 5322 section 2.1.1).</summary>
    public const int HeaderNameChars = 76;

    /// <summary>Octets of UTF-8.</summary>
    public const int HeaderValueBytes = 8 * 1024;

    /// <summary>
    /// Octets of one word of a header, which folding cannot break. A line has 998 (RFC 5322 section 2.1.1), and the
    /// first one also holds the name.
    /// </summary>
    public const int HeaderWordBytes = 998 - HeaderNameChars - 2;

    public const int FileNameChars = 255;

    public const int ContentTypeChars = 255;

    /// <summary>UTF-16 code units of an invitation.</summary>
    public const int CalendarChars = 256 * 1024;

    public const int CalendarMethodChars = 32;

    public const int ContentIdChars = 128;

    public const int Tags = 20;

    public const int TagChars = 256;

    /// <summary>JSON values in one body. The largest legal request has fewer than a fifth of it.</summary>
    public const int JsonValues = 10_000;

    /// <summary>The same for a batch: as many as its largest number of emails needs with two hundred each.</summary>
    public const int BatchJsonValues = 200_000;

    public const int BatchEmails = EmailBatch.MaxEmails;

    /// <summary>How far ahead <c>expires_at</c> may lie, from now or from <c>scheduled_at</c>.</summary>
    public static readonly TimeSpan ExpiresWithin = TimeSpan.FromDays(366);

    /// <summary>How far ahead <c>scheduled_at</c> may lie.</summary>
    public static readonly TimeSpan ScheduledWithin = TimeSpan.FromDays(366);

    /// <summary>A clock that is a little behind may name a moment that has just passed: such mail is sent at once.</summary>
    public static readonly TimeSpan ScheduledPast = TimeSpan.FromMinutes(1);
}
