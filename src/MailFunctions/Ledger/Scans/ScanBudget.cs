namespace MailFunctions.Ledger.Scans;

/// <summary>What one call may look at: a filter that hardly fits anything must not hold a caller up for minutes.</summary>
internal sealed class ScanBudget(TimeProvider clock)
{
    public const int Rows = 10_000;

    public static readonly TimeSpan Time = TimeSpan.FromSeconds(10);

    private readonly long _began = clock.GetTimestamp();
    private int _rows;

    public bool IsSpent => _rows >= Rows || clock.GetElapsedTime(_began) >= Time;

    public void Spend(int rows) => _rows += rows;
}
