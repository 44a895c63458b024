using MailFunctions.Keys.Audit;
using MailFunctions.Storage;
using Microsoft.Extensions.Options;

namespace MailFunctions.Maintenance.Retention;

/// <summary>Deletes old entries of the audit trail, once a day. Nothing else deletes any: erasure and revocation leave them.</summary>
internal sealed class AuditPurge(AuditTable table, Watermarks watermarks, IOptions<RetentionOptions> options, TimeProvider clock)
{
    public const string Watermark = "audit";

    private static readonly TimeSpan Every = TimeSpan.FromDays(1);
    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(30);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (await watermarks.ReadAsync(Watermark, cancellationToken) is { } last && now - last < Every)
            return;

        var budget = new RunBudget(clock, MaxTime);
        if (await table.DeleteBeforeAsync(now - options.Value.Audit, now, () => !budget.IsSpent, cancellationToken))
            await watermarks.AdvanceAsync(Watermark, now, cancellationToken);
    }
}
