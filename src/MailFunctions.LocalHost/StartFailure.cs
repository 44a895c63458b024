using Azure;
using Microsoft.Extensions.Options;

namespace MailFunctions.LocalHost;

/// <summary>What ends a start without being a bug is told in a sentence; the rest keeps its stack trace.</summary>
internal static class StartFailure
{
    public static string? Describe(Exception exception) => exception switch
    {
        CannotStartException refused => refused.Message,
        OptionsValidationException invalid => string.Join(Environment.NewLine, invalid.Failures),
        RequestFailedException failed => $"The storage of AzureWebJobsStorage cannot be used: {FirstLine(failed.Message)}",
        AggregateException { InnerExceptions: [RequestFailedException failed, ..] } => Describe(failed),
        _ => null,
    };

    private static string FirstLine(string text) => text.Split('\n')[0].TrimEnd();
}
