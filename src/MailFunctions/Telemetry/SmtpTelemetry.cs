using System.Diagnostics;
using MailFunctions.Mail;

namespace MailFunctions.Telemetry;

/// <summary>Records spans and durations of the stages of an SMTP session, once a stage has ended.</summary>
internal sealed class SmtpTelemetry(MailTraces traces, MailMeters meters, TimeProvider clock)
{
    /// <summary>Marks the beginning of a stage.</summary>
    public StageStart Start() => new(clock.GetTimestamp());

    /// <param name="end">The start of the stage that followed; null: now.</param>
    /// <param name="reply">The relay's reply to it; null if unknown.</param>
    public void Ended(RelayEndpoint relay, string stage, StageStart start, StageStart? end, SmtpReply? reply)
    {
        var now = clock.GetTimestamp();
        var duration = clock.GetElapsedTime(start.At, end?.At ?? now);
        meters.Staged(stage, relay.Name, duration);

        // The span uses the clock of all spans on this machine, and its start is computed back from now.
        var began = traces.Source.HasListeners() ? TimeProvider.System.GetUtcNow() - clock.GetElapsedTime(start.At, now) : default;
        using var span = traces.Source.StartActivity($"{SpanNames.Smtp} {stage}", ActivityKind.Client, default(ActivityContext), tags: null, links: null, began);
        if (span is null)
            return;
        span.SetTag(AttributeNames.Stage, stage)
            .SetTag(AttributeNames.Relay, relay.Name)
            .SetTag(AttributeNames.ServerAddress, relay.Host)
            .SetTag(AttributeNames.ServerPort, relay.Port);
        span.SetEndTime((began + duration).UtcDateTime);
        Describe(span, reply);
    }

    private static void Describe(Activity span, SmtpReply? reply)
    {
        if (reply is null)
            return;
        if (reply.Code > 0)
            span.SetTag(AttributeNames.ReplyCode, reply.Code).SetTag(AttributeNames.EnhancedCode, reply.EnhancedCode);
        if (reply.Code is < 200 or >= 400)
            span.Failed(reply.Code == 0 ? "no_reply" : FormattableString.Invariant($"{reply.Code}"));
    }
}

/// <summary>The names of stages in spans and metrics. TLS and EHLO belong to connect, the content and its reply to data.</summary>
internal static class SmtpStageNames
{
    public const string Connect = "connect";
    public const string Auth = "auth";
    public const string Mail = "mail";
    public const string Rcpt = "rcpt";
    public const string Data = "data";
}

internal readonly record struct StageStart(long At);

/// <summary>The relay of a session.</summary>
internal readonly record struct RelayEndpoint(string Name, string Host, int Port);
