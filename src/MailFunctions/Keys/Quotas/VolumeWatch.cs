using System.Collections.Concurrent;
using System.Globalization;
using MailFunctions.Mail;
using MailFunctions.Storage;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MailFunctions.Keys.Quotas;

/// <summary>
/// Watches how much each API key sends, over all instances, and raises an alarm when it is many times what the key usually
/// sends. Counts are added to a key's row once a minute, or within ten seconds when there are many: no call waits for it.
/// </summary>
/// <remarks>
/// Thread safe. A watch and no limit: the counts of the last minute are lost with a process that is killed, and count
/// twice when the answer to a write is lost while another instance writes too.
/// </remarks>
internal sealed class VolumeWatch(
    IOptions<QuotaOptions> options, VolumeTable table, VolumePause pause, MailMeters meters, TimeProvider clock, ILogger<VolumeWatch> logger)
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    private readonly VolumeWatchOptions _options = options.Value.Watch;
    private readonly ConcurrentDictionary<string, Count> _counts = new(StringComparer.Ordinal);

    /// <summary>Counts accepted mail.</summary>
    public void Accepted(string key, long recipients)
    {
        meters.AcceptedForKey(key, recipients);
        if (_options.Factor == 0)
            return;
        _counts.AddOrUpdate(key, static (_, made) => new Count(made.recipients, made.now), static (_, count, made) => count with { Recipients = count.Recipients + made.recipients }, (recipients, now: clock.GetTimestamp()));
    }

    /// <summary>Adds what is due to the rows of the keys.</summary>
    /// <param name="all">True to add all, before the process ends.</param>
    /// <exception cref="AggregateException">Contains all failures; one key's does not keep the counts of the others.</exception>
    public Task AddAsync(bool all, CancellationToken cancellationToken) => TimerJobs.RunAllAsync(
        _counts.Where(entry => all || IsDue(entry.Value)).Select(entry => (Func<CancellationToken, Task>)(token => TakeAsync(entry.Key, token))),
        cancellationToken);

    private bool IsDue(Count count) => clock.GetElapsedTime(count.Since) >= Every || count.Recipients >= Math.Max(1, _options.Floor / 4);

    /// <summary>Adds the count of one key to its row; it stays counted here if that fails.</summary>
    private async Task TakeAsync(string key, CancellationToken cancellationToken)
    {
        if (!_counts.TryRemove(key, out var taken))
            return;
        try
        {
            await AddAsync(key, taken.Recipients, cancellationToken);
        }
        catch
        {
            _counts.AddOrUpdate(key, taken, (_, newer) => newer with { Recipients = newer.Recipients + taken.Recipients });
            throw;
        }
    }

    private async Task AddAsync(string key, long recipients, CancellationToken cancellationToken)
    {
        var token = WriteToken.New();
        for (var first = true; ; first = false)
        {
            var before = await table.ReadAsync(key, cancellationToken);
            var now = clock.GetUtcNow();
            var isWritten = !first && before?.Token == token;
            var after = isWritten ? before!.Volume : (before?.Volume ?? KeyVolume.Empty(now)).Add(recipients, now);
            var isAlarm = after.IsJump(_options.Factor, _options.Floor) && (isWritten ? after.AlarmedAt == after.Hour : after.AlarmedAt != after.Hour);
            // The pause comes before the row that says that the jump was seen: after a crash between the two it is found anew.
            if (isAlarm && _options.Pause)
                await pause.PauseAsync(key, Reason(after), cancellationToken);
            if (!isWritten && !await table.TryWriteAsync(key, isAlarm ? after with { AlarmedAt = after.Hour } : after, before, token, cancellationToken))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(Chance.Spread.Next(10, 200)), clock, cancellationToken);
                continue;
            }

            if (isAlarm)
                logger.KeyVolumeJumped(key, after.InHour, (long)Math.Ceiling(after.Usual));
            return;
        }
    }

    private static string Reason(KeyVolume volume) => string.Create(
        CultureInfo.InvariantCulture, $"Its volume jumped: {volume.InHour:N0} recipients in an hour, where its usual busiest hour has {Math.Ceiling(volume.Usual):N0}");

    /// <param name="Since">The time of the oldest of them, by the process's own clock.</param>
    private sealed record Count(long Recipients, long Since);
}
