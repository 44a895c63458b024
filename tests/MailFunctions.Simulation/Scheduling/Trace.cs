using System.Globalization;

namespace MailFunctions.Simulation.Scheduling;

/// <summary>A hash of every step outside the process, in order, and on request the story in words.</summary>
internal sealed class Trace
{
    private const ulong Prime = 1099511628211;

    private ulong _hash = 14695981039346656037;

    /// <summary>Gets each line of the story; null when nobody reads it.</summary>
    public Action<string>? Story { get; set; }

    /// <summary>FNV-1a, 64 bits.</summary>
    public ulong Hash => _hash;

    /// <param name="body">Counts for the hash.</param>
    /// <param name="more">What only the story tells.</param>
    public void Add(DateTimeOffset at, string who, string what, string about, int status, ReadOnlySpan<byte> body = default, Func<string>? more = null)
    {
        Add(at.UtcTicks);
        Add(who);
        Add(what);
        Add(about);
        Add(status);
        Add(body.Length);
        foreach (var octet in body)
            _hash = (_hash ^ octet) * Prime;
        Story?.Invoke(string.Create(CultureInfo.InvariantCulture, $"{at:HH:mm:ss.fff}  {who,-12} {what} {about}{(status == 0 ? "" : $" -> {status}")}{more?.Invoke()}"));
    }

    private void Add(string text)
    {
        foreach (var one in text)
            _hash = (_hash ^ one) * Prime;
        _hash = (_hash ^ 0xFF) * Prime;
    }

    private void Add(long number) => _hash = (_hash ^ (ulong)number) * Prime;
}
