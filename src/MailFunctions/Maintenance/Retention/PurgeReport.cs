namespace MailFunctions.Maintenance.Retention;

/// <summary>Counts what a purge run did.</summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class PurgeReport
{
    private int _contents;
    private int _mails;
    private int _minutes;

    /// <summary>Minutes looked at.</summary>
    public int Minutes => _minutes;

    /// <summary>Mails whose content was deleted.</summary>
    public int Contents => _contents;

    /// <summary>Mails deleted entirely.</summary>
    public int Mails => _mails;

    public bool HasAny => Contents + Mails > 0;

    public IReadOnlyDictionary<string, int> ToCounts() => new Dictionary<string, int> { ["minutes"] = Minutes, ["contents"] = Contents, ["emails"] = Mails };

    public void AddMinute() => Interlocked.Increment(ref _minutes);

    public void Add(int contents, int mails)
    {
        Interlocked.Add(ref _contents, contents);
        Interlocked.Add(ref _mails, mails);
    }
}
