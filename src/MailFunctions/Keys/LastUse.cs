using System.Collections.Concurrent;

namespace MailFunctions.Keys;

/// <summary>
/// Notes in the row of a key that it was used, at most once a minute over all instances. A call does not wait for it, and
/// does not fail with it: a use that could not be noted is noted with a later one.
/// </summary>
/// <remarks>Thread safe.</remarks>
internal sealed class LastUse(ApiKeyTable table, TimeProvider clock)
{
    public static readonly TimeSpan NotedEvery = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _noted = new(StringComparer.Ordinal);

    /// <summary>The note that was begun last; for tests.</summary>
    internal Task Latest { get; private set; } = Task.CompletedTask;

    /// <param name="key">The key as read a few seconds ago at most.</param>
    public void Note(ApiKey key)
    {
        var now = clock.GetUtcNow();
        if (now - key.LastUsedAt < NotedEvery || !TryBegin(key.Id, now))
            return;

        // It is independent of the call, of its trace and of its cancellation.
        using (ExecutionContext.SuppressFlow())
            Latest = Task.Run(() => NoteAsync(key, now));
    }

    private bool TryBegin(string id, DateTimeOffset now) => _noted.TryGetValue(id, out var before)
        ? now - before >= NotedEvery && _noted.TryUpdate(id, now, before)
        : _noted.TryAdd(id, now);

    private async Task NoteAsync(ApiKey key, DateTimeOffset at)
    {
        try
        {
            await table.TryNoteUseAsync(key, at, CancellationToken.None);
        }
        catch (Exception)
        {
            // Storage reports its own failures where they matter; this time only helps people.
        }
    }
}
