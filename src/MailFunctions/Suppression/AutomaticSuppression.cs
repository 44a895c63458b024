using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MailFunctions.Suppression;

/// <summary>
/// Keeps the suppression list by what becomes of mail: a hard failure suppresses an address, repeated soft failures its bulk
/// mail; a success takes such an entry back. Entries of callers are neither replaced nor removed.
/// </summary>
internal sealed class AutomaticSuppression(
    IOptions<AutomaticSuppressionOptions> options,
    SuppressionList list,
    SuppressionWriter writer,
    SuppressionCapacity capacity,
    FailureCounts failures,
    TimeProvider clock,
    ILogger<AutomaticSuppression> logger)
{
    private AutomaticSuppressionOptions Rules => options.Value;

    public bool IsOn => Rules.Enabled;

    /// <summary>Applies the rules. Doing it again changes nothing.</summary>
    /// <exception cref="Azure.RequestFailedException">Storage does not answer; none of the later news is applied.</exception>
    public async Task NoteAsync(IReadOnlyList<RecipientNews> news, CancellationToken cancellationToken)
    {
        if (!IsOn || news.Count == 0)
            return;
        failures.Refresh();
        foreach (var one in news)
        {
            await (one.Fate switch
            {
                RecipientFate.HardFailure => AddAsync(one, SuppressionScope.All, Rules.HardDays, $"{one.Code} in reply to the recipient", cancellationToken),
                RecipientFate.SoftFailure => CountAsync(one, cancellationToken),
                _ => TakeBackAsync(one, cancellationToken),
            });
        }
    }

    /// <summary>Removes what the app stored for addresses that a person has mail sent to again.</summary>
    public async Task LiftAsync(IEnumerable<string> mailboxes, CancellationToken cancellationToken)
    {
        foreach (var key in mailboxes.SelectMany(SuppressionKey.AllOf))
            await writer.RemoveAutomaticAsync(key, clock.GetUtcNow(), cancellationToken);
    }

    private async Task CountAsync(RecipientNews news, CancellationToken cancellationToken)
    {
        if (Rules.SoftFailures == 0)
            return;
        var key = SuppressionKey.Of(news.Mailbox);
        var count = await failures.AddAsync(key, new SoftFailure(news.Mail, news.At), TimeSpan.FromDays(Rules.SoftWindowDays), cancellationToken);
        if (count < Rules.SoftFailures)
            return;
        await AddAsync(news, SuppressionScope.Bulk, Rules.SoftDays, FormattableString.Invariant($"{count} mails failed within {Rules.SoftWindowDays} days, the last with {news.Code}"), cancellationToken);
        // When the entry ends, or is taken back, counting begins anew.
        await failures.ForgetAsync(key, cancellationToken);
    }

    private async Task AddAsync(RecipientNews news, SuppressionScope scope, int days, string note, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var ends = news.At + TimeSpan.FromDays(days);
        if (ends <= now)
            return;
        if (!await capacity.TakeAsync(1, capacity.Bounds.Single, cancellationToken))
        {
            logger.SuppressionListFull(news.Mail);
            return;
        }

        var entry = new SuppressionEntry(SuppressionKey.Normalise(news.Mailbox), SuppressionReason.Bounce, scope, now, ends, note) { Mail = news.Mail };
        if (await writer.AddAsync(entry, now, cancellationToken))
            logger.Suppressed(news.Mail, news.Code, scope.Name(), ends);
    }

    private async Task TakeBackAsync(RecipientNews news, CancellationToken cancellationToken)
    {
        var known = list.Known;
        if (known.Count == 0 && failures.IsEmpty)
            return;
        foreach (var key in known.FindAutomatic(news.Mailbox))
        {
            if (await writer.RemoveAutomaticAsync(key, news.At, cancellationToken))
                logger.SuppressionTakenBack(news.Mail);
        }

        if (!failures.IsEmpty && SuppressionKey.Of(news.Mailbox) is var failing && failures.IsFailing(failing))
            await failures.ForgetAsync(failing, cancellationToken);
    }
}
