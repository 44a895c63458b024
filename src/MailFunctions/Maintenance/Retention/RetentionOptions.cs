using Microsoft.Extensions.Options;

namespace MailFunctions.Maintenance.Retention;

/// <summary>Section <c>MailFunctions:Retention</c>: retention times after the final state. Mail that is open or on hold is kept.</summary>
internal sealed class RetentionOptions
{
    public const string Section = "MailFunctions:Retention";

    /// <summary>Retention of content (bodies, headers and attachments) after the final state. Default 7 d, 1 d to 180 d.</summary>
    public TimeSpan Content { get; set; } = TimeSpan.FromDays(7);

    /// <summary>
    /// Retention of the record (that a mail existed, its recipients and its outcome) after the final state. Default 30 d,
    /// <see cref="Content"/> to 3,650 d.
    /// </summary>
    public TimeSpan Ledger { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Retention of statistics by minute. Default 30 d, 1 d to 3,650 d.</summary>
    public TimeSpan MinuteStatistics { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Retention of statistics by hour. Default 400 d, <see cref="MinuteStatistics"/> to 3,650 d.</summary>
    public TimeSpan HourStatistics { get; set; } = TimeSpan.FromDays(400);

    /// <summary>Retention of statistics by day. Default 3,650 d, <see cref="HourStatistics"/> to 36,500 d.</summary>
    public TimeSpan DayStatistics { get; set; } = TimeSpan.FromDays(3650);

    /// <summary>Retention of the audit trail. Default 400 d, 1 d to 3,650 d.</summary>
    public TimeSpan Audit { get; set; } = TimeSpan.FromDays(400);
}

internal sealed class RetentionOptionsValidator : IValidateOptions<RetentionOptions>
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    public ValidateOptionsResult Validate(string? name, RetentionOptions options)
    {
        var errors = new List<string>();
        // With a longer time the storage account could delete blobs first, 400 d after their last write; those of open mail
        // are rewritten after 180 d.
        Check(nameof(options.Content), options.Content, Day, ContentPurge.KeptYoungAfter);
        Check(nameof(options.Ledger), options.Ledger, options.Content, Longest);
        Check(nameof(options.MinuteStatistics), options.MinuteStatistics, Day, Longest);
        Check(nameof(options.HourStatistics), options.HourStatistics, options.MinuteStatistics, Longest);
        Check(nameof(options.DayStatistics), options.DayStatistics, options.HourStatistics, 10 * Longest);
        Check(nameof(options.Audit), options.Audit, Day, Longest);
        return errors.Count > 0 ? ValidateOptionsResult.Fail(errors) : ValidateOptionsResult.Success;

        void Check(string setting, TimeSpan value, TimeSpan least, TimeSpan most)
        {
            if (value < least || value > most)
                errors.Add($"{RetentionOptions.Section}:{setting} is {value}: it takes {least} to {most}.");
        }
    }
}
