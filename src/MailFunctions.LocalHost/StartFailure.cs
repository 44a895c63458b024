using Azure;
using Microsoft.Extensions.Options;

namespace MailFunctions.LocalHost;

/// <summary>Describes a failed start that is no bug in a sentence; any other failure keeps its stack trace.</summary>
internal static class StartFailure
{
    public static string? Describe(Exception exception) => exception switch
    {
        CannotStartException refused => refused.Message,
        OptionsValidationException invalid => string.Join(Environment.NewLine, invalid.Failures),
        RequestFailedException failed => $"The storage of AzureWebJobsStorage cannot be used: {FirstLine(failed.Message)}",
        AggregateException { InnerExceptions: [RequestFailedException failed, ..] } => Describe(failed),
        AggregateException { InnerExceptions: [OptionsValidationException, ..] } many =>
            string.Join(Environment.NewLine, many.InnerExceptions.Select(Describe)),
        // A value of the wrong type for its setting; the message names both.
        InvalidOperationException { InnerException: FormatException or ArgumentException or OverflowException } malformed
            when malformed.Message.Contains("configuration value", StringComparison.Ordinal) => malformed.Message,
        IOException or UnauthorizedAccessException => $"A folder or file that is needed cannot be used: {FirstLine(exception.Message)}",
        _ => null,
    };

    private static string FirstLine(string text) => text.Split('\n')[0].TrimEnd();
}
