using MailFunctions.Mail;

namespace MailFunctions.Api.Held;

/// <summary>Counts the mails that one call decided about, or would decide about.</summary>
/// <remarks>Thread safe.</remarks>
internal sealed class BulkTally(bool dryRun)
{
    private const int SampleSize = 10;

    private readonly Lock _gate = new();
    private readonly List<string> _sample = [];
    private readonly Dictionary<Requeue, int> _counts = [];

    /// <summary>The number of mails that match the filters, including skipped ones.</summary>
    public int Matched { get; private set; }

    public void Add(LedgerRow row, Requeue came)
    {
        lock (_gate)
        {
            Matched++;
            _counts[came] = _counts.GetValueOrDefault(came) + 1;
            if (dryRun && came == Requeue.Done && _sample.Count < SampleSize)
                _sample.Add(row.Id.ToString());
        }
    }

    /// <param name="after">The cursor for the next call; null when this one reached the end.</param>
    public BulkAnswer ToAnswer(string? after)
    {
        var skipped = new BulkSkipped(CountOf(Requeue.ContentPurged), CountOf(Requeue.NoRecipient), CountOf(Requeue.Changed));
        return new BulkAnswer(
            dryRun,
            Matched,
            dryRun ? 0 : CountOf(Requeue.Done),
            after is not null,
            dryRun ? _sample : null,
            skipped is (0, 0, 0) ? null : skipped,
            after);
    }

    private int CountOf(Requeue came) => _counts.GetValueOrDefault(came);
}
