using MailFunctions.Mail;

namespace MailFunctions.Chaos;

/// <summary>Remembers what each kill found in the hands of the process, so that what is uncertain in the end has its cause.</summary>
internal sealed class KillBook
{
    private readonly Dictionary<(string Id, int Attempt), (int Kill, DateTimeOffset LeaseUntil)> _claims = [];
    private readonly List<int> _open = [];

    public int Kills => _open.Count;

    /// <summary>Mails that were on their way, by kill.</summary>
    public IReadOnlyList<int> Open => _open;

    /// <param name="open">Of the ledger, after the process was gone. A claim that was renewed since the kill before belongs to this one.</param>
    public void Note(IReadOnlyCollection<LedgerRow> open)
    {
        var kill = Kills;
        _open.Add(open.Count);
        foreach (var row in open.Where(row => row.State == EmailState.Sending))
        {
            var key = (row.Id.ToString(), row.Attempt);
            if (!_claims.TryGetValue(key, out var known) || known.LeaseUntil < row.Claim!.LeaseUntil)
                _claims[key] = (kill, row.Claim!.LeaseUntil);
        }
    }

    /// <returns>The kill, from 0, at which this attempt was claimed; null when none.</returns>
    public int? KillOf(string id, int attempt) => _claims.TryGetValue((id, attempt), out var claim) ? claim.Kill : null;
}
