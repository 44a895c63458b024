using System.Diagnostics;
using MailFunctions.Mail;

namespace MailFunctions.Telemetry;

/// <summary>Spans and durations of the stages of an SMTP session, told once a stage is over.</summary>
internal sealed class SmtpTelemetry(MailTraces traces, MailMeters meters, TimeProvider clock)
{
    /// <summary>Marks the beginning of a stage.</summary>
    public StageStart Start() => new(clock.GetTimestamp());

    /// <param name="end">The start of the stage that followed; null: now.</param>
    /// <param name="reply">What the relay said to it; null when that is not known.</param>
    public void Ended(RelayEndpoint relay, string stage, StageStart start, StageStart? end, SmtpReply? reply)
    {
        var now = clock.GetTimestamp();
        var duration = clock.GetElapsedTime(start.At, end?.At ?? now);
        meters.Staged(stage, relay.Name, duration);

        // A span is told by the clock that all spans of this machine are told by, and counted back from now.
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

/// <summary>The words for stages, in spans and metrics. TLS and EHLO belong to connect, the content and its reply to data.</summary>
internal static class SmtpStageNames
{
    public const string Connect = "connect";
    public const string Auth = "auth";
    public const string Mail = "mail";
    public const string Rcpt = "rcpt";
    public const string Data = "data";
}

internal readonly record struct StageStart(long At);

/// <summary>Which relay a session is with.</summary>
internal readonly record struct RelayEndpoint(string Name, string Host, int Port);
