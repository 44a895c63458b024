using MailFunctions.Http.Requests;

namespace MailFunctions.Intake;

/// <summary>
/// Reads the fields that the emails of a batch have in common. Each is read once and is the same object in every email, so
/// that storage recognises it and stores it once.
/// </summary>
internal sealed class BatchDefaults(RequestValue root)
{
    private readonly Dictionary<RequestValue, (object? Parsed, ErrorList Faults)> _read = new(ReferenceEqualityComparer.Instance);

    public RequestValue Root => root;

    public bool Holds(RequestValue value) => value.Parent == root;

    public (T Parsed, ErrorList Faults) Once<T>(RequestValue value, Func<(T Parsed, ErrorList Faults)> read)
    {
        if (!_read.TryGetValue(value, out var known))
            _read[value] = known = read();
        return ((T)known.Parsed!, known.Faults);
    }
}
