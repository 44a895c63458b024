namespace MailFunctions.Smtp.Credentials;

/// <summary>Remembers for one relay which mechanisms failed, so that none of them is the first again while another has not failed.</summary>
/// <remarks>Thread safe. Kept for the life of the process.</remarks>
internal sealed class MechanismOrder(IReadOnlyList<string> configured)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _failures = new(StringComparer.OrdinalIgnoreCase);
    private long _last;

    /// <summary>Those that the relay offers: first what has not failed, in the usual order; then what failed longest ago.</summary>
    /// <param name="spent">What is not to be tried again over this login.</param>
    /// <returns>Null: none is left.</returns>
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
