namespace MailFunctions.Ledger.Scans;

/// <summary>Limits what one call may scan: a filter that matches hardly any mail must not keep the caller waiting for minutes.</summary>
internal sealed class ScanBudget(TimeProvider clock)
{
    public const int Rows = 10_000;

    public static readonly TimeSpan Time = TimeSpan.FromSeconds(10);

    private readonly long _began = clock.GetTimestamp();
    private int _rows;

    public bool IsSpent => _rows >= Rows || clock.GetElapsedTime(_began) >= Time;

    public void Spend(int rows) => _rows += rows;
}
