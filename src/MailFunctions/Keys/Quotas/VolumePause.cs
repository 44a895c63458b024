using MailFunctions.Keys.Audit;
using MailFunctions.Keys.Pauses;
using MailFunctions.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Keys.Quotas;

/// <summary>Pauses an API key whose volume has jumped, as an operator would, until a call resumes it.</summary>
internal sealed class VolumePause(PauseTable table, PauseList pauses, AuditTrail trail, TimeProvider clock, ILogger<VolumePause> logger)
{
    /// <summary>The name of this pauser in the pause and in the audit trail.</summary>
    public const string Who = "app:volume-watch";

    private const string Call = "PutPause";

    /// <summary>Pauses the key. A pause that is in force stays as it is, with its reason.</summary>
    /// <exception cref="Azure.RequestFailedException">Storage does not take the pause, or its entry in the audit trail.</exception>
    public async Task PauseAsync(string key, string reason, CancellationToken cancellationToken)
    {
        var target = new PauseTarget(PauseKind.Key, key);
        var now = clock.GetUtcNow();
        if ((await table.ListAsync(cancellationToken)).Any(pause => pause.Target == target && pause.IsInForce(now)))
            return;
        await trail.RunAsync(
            new AuditedCall(Who, Call, $"pauses/key/{key}", Network: null),
            async () =>
            {
                await table.PutAsync(new Pause(target, reason, Who, now, EndsAt: null), cancellationToken);
                return true;
            },
            _ => trail.ResultOf(StatusCodes.Status200OK),
            cancellationToken);
        pauses.Forget();
        logger.KeyPaused(key);
    }
}
