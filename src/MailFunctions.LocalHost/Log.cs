namespace MailFunctions.LocalHost;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Error, "Function {Function} failed")]
    public static partial void FunctionFailed(ILogger logger, string function, Exception exception);

    [LoggerMessage(2, LogLevel.Debug, "The caller of function {Function} left before its answer")]
    public static partial void CallerLeft(ILogger logger, string function);

    [LoggerMessage(10, LogLevel.Warning, "Queue {Queue} cannot be read; the host goes on trying")]
    public static partial void QueueUnreachable(ILogger logger, string queue, Exception exception);

    [LoggerMessage(11, LogLevel.Information, "Queue {Queue} can be read again")]
    public static partial void QueueReachable(ILogger logger, string queue);

    [LoggerMessage(12, LogLevel.Error, "Function {Function} failed on message {MessageId} of queue {Queue}, try {DequeueCount} of {MaxDequeueCount}")]
    public static partial void MessageFailed(ILogger logger, string function, string queue, string messageId, long dequeueCount, int maxDequeueCount, Exception exception);

    [LoggerMessage(13, LogLevel.Warning, "Message {MessageId} goes from queue {Queue} to {PoisonQueue}")]
    public static partial void MessagePoisoned(ILogger logger, string queue, string messageId, string poisonQueue);

    [LoggerMessage(14, LogLevel.Warning, "Message {MessageId} of queue {Queue} is not valid base64")]
    public static partial void MessageUnreadable(ILogger logger, string queue, string messageId);

    [LoggerMessage(15, LogLevel.Warning, "Message {MessageId} of queue {Queue} could not be settled; it comes back when its invisibility ends")]
    public static partial void MessageNotSettled(ILogger logger, string queue, string messageId, Exception exception);

    [LoggerMessage(16, LogLevel.Warning, "The invisibility of message {MessageId} of queue {Queue} could not be renewed")]
    public static partial void RenewalFailed(ILogger logger, string queue, string messageId, Exception exception);

    [LoggerMessage(17, LogLevel.Debug, "Message {MessageId} of queue {Queue} is gone or taken by another")]
    public static partial void MessageGone(ILogger logger, string queue, string messageId);

    [LoggerMessage(18, LogLevel.Warning, "Message {MessageId} of queue {Queue} failed {DequeueCount} times and has no poison queue; it stays hidden")]
    public static partial void MessageStaysHidden(ILogger logger, string queue, string messageId, long dequeueCount);

    [LoggerMessage(20, LogLevel.Error, "Timer {Function} failed; its next run is at {Next}")]
    public static partial void TimerFailed(ILogger logger, string function, DateTimeOffset next, Exception exception);
}
