namespace MailFunctions.Keys.Quotas;

/// <summary>An amount of mail, in the three units that quotas count.</summary>
/// <param name="Recipients">Mailboxes of To, Cc and Bcc, each once a mail.</param>
/// <param name="Bytes">Subject, bodies, the caller's header fields and files, before any encoding.</param>
internal readonly record struct Volume(long Mails, long Recipients, long Bytes)
{
    public static readonly Volume Zero;

    public static Volume operator +(Volume a, Volume b) => Each(a, b, (x, y) => x + y);

    public static Volume operator -(Volume a, Volume b) => Each(a, b, (x, y) => x - y);

    public static Volume Max(Volume a, Volume b) => Each(a, b, Math.Max);

    public static Volume Min(Volume a, Volume b) => Each(a, b, Math.Min);

    public long this[QuotaUnit unit] => unit switch
    {
        QuotaUnit.Mails => Mails,
        QuotaUnit.Recipients => Recipients,
        _ => Bytes,
    };

    /// <summary>Returns the amount without the units that this limit leaves open, so that they are neither counted nor stored.</summary>
    public Volume CountedBy(Volume limit) => Each(this, limit, (amount, most) => most == long.MaxValue ? 0 : amount);

    /// <summary>Returns a multiple, rounded down.</summary>
    public Volume Times(double factor) => new((long)(Mails * factor), (long)(Recipients * factor), (long)(Bytes * factor));

    public Volume Over(long divisor) => new(Mails / divisor, Recipients / divisor, Bytes / divisor);

    /// <summary>Returns the first unit in which this amount is more than what there is; null if all of it fits.</summary>
    public QuotaUnit? Beyond(Volume room) =>
        Mails > room.Mails ? QuotaUnit.Mails
        : Recipients > room.Recipients ? QuotaUnit.Recipients
        : Bytes > room.Bytes ? QuotaUnit.Bytes
        : null;

    private static Volume Each(Volume a, Volume b, Func<long, long, long> of) => new(of(a.Mails, b.Mails), of(a.Recipients, b.Recipients), of(a.Bytes, b.Bytes));
}

internal enum QuotaUnit
{
    Mails,
    Recipients,
    Bytes,
}
