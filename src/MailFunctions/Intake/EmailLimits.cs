namespace MailFunctions.Intake;

/// <summary>The limits of an email and of a request. They are part of the API: documented, and the same everywhere.</summary>
internal static class EmailLimits
{
    /// <summary>25 MiB of decoded content for all attachments together.</summary>
    public const int AttachmentBytes = 25 * 1024 * 1024;

    public const int Attachments = 100;

    /// <summary>The number of different files that the attachments of one request may name.</summary>
    public const int ReferencedFiles = 1000;

    /// <summary>250 MiB: the total length of the files that one request may name, each counted once.</summary>
    public const long ReferencedBytes = 10L * AttachmentBytes;

    /// <summary>The number of recipients in to, cc and bcc together.</summary>
    public const int Recipients = 50;

    public const int ReplyTo = 50;

    /// <summary>10 Mi UTF-16 code units each for text and for html.</summary>
    public const int BodyChars = 10 * 1024 * 1024;

    /// <summary>The length of a subject in UTF-16 code units.</summary>
    public const int SubjectChars = 998;

    /// <summary>The length of an address in UTF-16 code units, in the form <c>Name &lt;a@b.c&gt;</c>.</summary>
    public const int AddressChars = 1024;

    public const int Headers = 50;

    /// <summary>The length of a header name in octets; with its colon it fits on any line (RFC 5322 section 2.1.1).</summary>
    public const int HeaderNameChars = 76;

    /// <summary>The length of a header value in octets of UTF-8.</summary>
    public const int HeaderValueBytes = 8 * 1024;

    /// <summary>
    /// The length in octets of one word of a header, which folding cannot break. A line has 998 (RFC 5322 section 2.1.1), and
    /// the first line also holds the name.
    /// </summary>
    public const int HeaderWordBytes = 998 - HeaderNameChars - 2;

    public const int FileNameChars = 255;

    public const int ContentTypeChars = 255;

    /// <summary>The length of an invitation in UTF-16 code units.</summary>
    public const int CalendarChars = 256 * 1024;

    public const int CalendarMethodChars = 32;

    public const int ContentIdChars = 128;

    public const int Tags = 20;

    public const int TagChars = 256;

    /// <summary>The number of JSON values in one body. The largest valid request has less than a fifth of it.</summary>
    public const int JsonValues = 10_000;

    /// <summary>The number of JSON values in the body of a batch: two hundred for each of the largest number of emails.</summary>
    public const int BatchJsonValues = 200_000;

    public const int BatchEmails = EmailBatch.MaxEmails;

    /// <summary>The furthest <c>expires_at</c>, from now or from <c>scheduled_at</c>.</summary>
    public static readonly TimeSpan ExpiresWithin = TimeSpan.FromDays(366);

    /// <summary>The furthest <c>scheduled_at</c>, from now.</summary>
    public static readonly TimeSpan ScheduledWithin = TimeSpan.FromDays(366);

    /// <summary>
    /// The tolerance for a <c>scheduled_at</c> in the past, for a caller whose clock is slightly behind: such mail is sent
    /// at once.
    /// </summary>
    public static readonly TimeSpan ScheduledPast = TimeSpan.FromMinutes(1);
}
