namespace MailFunctions.Telemetry;

/// <summary>The names in the app's telemetry. docs/telemetry.md explains each.</summary>
public static class TelemetryNames
{
    /// <summary>The name of the activity source and of the meter.</summary>
    public const string Source = "MailFunctions";

    /// <summary>The value of messaging.system for Azure Storage's queues, for which the semantic conventions have no word yet.</summary>
    internal const string QueueSystem = "azure_storage_queue";
}

/// <summary>The names of instruments; units are UCUM's (https://ucum.org), as the semantic conventions write them.</summary>
internal static class MetricNames
{
    public const string Accepted = "mailfunctions.emails.accepted";
    public const string KeyRecipients = "mailfunctions.key.recipients";
    public const string Ended = "mailfunctions.emails.ended";
    public const string Deferred = "mailfunctions.emails.deferred";
    public const string Attempts = "mailfunctions.attempts";
    public const string QueueWait = "mailfunctions.queue.wait";
    public const string StageDuration = "mailfunctions.smtp.stage.duration";
    public const string Connections = "mailfunctions.relay.connections";
    public const string BreakerOpen = "mailfunctions.relay.breaker.open";
    public const string StatisticsLag = "mailfunctions.statistics.lag";
    public const string OldestWaiting = "mailfunctions.emails.oldest_waiting";
    public const string Held = "mailfunctions.emails.held";
    public const string DeadLetters = "mailfunctions.dead_letters";

    /// <summary>https://opentelemetry.io/docs/specs/semconv/messaging/messaging-metrics/</summary>
    public const string ProcessDuration = "messaging.process.duration";

    /// <inheritdoc cref="ProcessDuration"/>
    public const string SentMessages = "messaging.client.sent.messages";
}

/// <summary>Attributes of spans and metrics. Values are ids, codes, configured names or words of a small set: never an address.</summary>
internal static class AttributeNames
{
    public const string Lane = "mailfunctions.lane";
    public const string Key = "mailfunctions.key";
    public const string State = "mailfunctions.state";
    public const string WaitReason = "mailfunctions.wait_reason";
    public const string Outcome = "mailfunctions.outcome";
    public const string Relay = "mailfunctions.relay";
    public const string DomainClass = "mailfunctions.domain_class";
    public const string Stage = "mailfunctions.smtp.stage";
    public const string ConnectionUse = "mailfunctions.connection.use";
    public const string ConnectionState = "mailfunctions.connection.state";
    public const string EmailId = "mailfunctions.email.id";
    public const string Emails = "mailfunctions.emails";
    public const string Attempt = "mailfunctions.attempt";
    public const string Recipients = "mailfunctions.recipients";
    public const string Tries = "mailfunctions.message.tries";
    public const string ReplyCode = "mailfunctions.smtp.reply_code";
    public const string EnhancedCode = "mailfunctions.smtp.enhanced_code";

    // https://opentelemetry.io/docs/specs/semconv/registry/attributes/
    public const string ErrorType = "error.type";
    public const string ServerAddress = "server.address";
    public const string ServerPort = "server.port";
    public const string MessagingSystem = "messaging.system";
    public const string MessagingOperation = "messaging.operation.name";
    public const string MessagingOperationType = "messaging.operation.type";
    public const string MessagingDestination = "messaging.destination.name";
    public const string MessagingMessageId = "messaging.message.id";
}

/// <summary>Names of spans; those of messages are followed by the queue's name.</summary>
internal static class SpanNames
{
    public const string Accept = "accept";
    public const string Process = "process";
    public const string Attempt = "attempt";
    public const string Smtp = "smtp";
}
