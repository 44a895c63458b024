namespace MailFunctions.Smtp.Credentials;

/// <summary>Remembers for one relay which mechanisms failed, so that none of them comes first again while another has not failed.</summary>
/// <remarks>Thread safe. Kept for the life of the process.</remarks>
internal sealed class MechanismOrder(IReadOnlyList<string> configured)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _failures = new(StringComparer.OrdinalIgnoreCase);
    private long _last;

    /// <summary>
    /// Chooses among the mechanisms that the relay offers: first those that have not failed, in the usual order; then the
    /// one that failed longest ago.
    /// </summary>
    /// <param name="spent">Mechanisms that must not be tried again in this login.</param>
    /// <returns>Null when none is left.</returns>
    public string? Next(IReadOnlyCollection<string> offered, bool isSecure, IReadOnlySet<string> spent)
    {
        lock (_gate)
        {
            return LoginMechanisms.InOrder(configured, isSecure)
                .Where(name => !spent.Contains(name) && offered.Contains(name, StringComparer.OrdinalIgnoreCase))
                .OrderBy(name => _failures.GetValueOrDefault(name))
                .FirstOrDefault();
        }
    }

    public void Failed(string name)
    {
        lock (_gate)
            _failures[name] = ++_last;
    }

    public void Worked(string name)
    {
        lock (_gate)
            _failures.Remove(name);
    }
}
