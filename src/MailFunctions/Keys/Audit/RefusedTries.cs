namespace MailFunctions.Keys.Audit;

/// <summary>Tells the first refused try of a caller at a call in each minute from those that follow.</summary>
/// <remarks>Thread safe. Its size is bounded by the number of known keys and of calls.</remarks>
internal sealed class RefusedTries(TimeProvider clock)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Who, string Call), long> _seen = [];

    public bool IsFirst(string who, string call)
    {
        var now = clock.GetTimestamp();
        lock (_lock)
        {
            if (_seen.TryGetValue((who, call), out var before) && clock.GetElapsedTime(before, now) < Quiet)
                return false;
            _seen[(who, call)] = now;
            return true;
        }
    }
}
