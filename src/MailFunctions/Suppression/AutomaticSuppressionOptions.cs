using Microsoft.Extensions.Options;

namespace MailFunctions.Suppression;

/// <summary>Section <c>MailFunctions:AutomaticSuppression</c>: which failures put an address on the suppression list.</summary>
internal sealed class AutomaticSuppressionOptions
{
    public const string Section = "MailFunctions:AutomaticSuppression";

    /// <summary>False to leave the list to callers. Default: true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>The days for which an address that does not exist gets no mail of either lane. Default 180, 1 to 3,650.</summary>
    public int HardDays { get; set; } = 180;

    /// <summary>The mails that must fail in <see cref="SoftWindowDays"/>, without a success, for a soft entry. Default 5, 2 to 20; 0 for none.</summary>
    public int SoftFailures { get; set; } = 5;

    /// <summary>Default 14, 1 to 90.</summary>
    public int SoftWindowDays { get; set; } = 14;

    /// <summary>The days for which an address with so many failures gets no mail of the lane bulk. Default 30, 1 to 3,650.</summary>
    public int SoftDays { get; set; } = 30;
}

internal sealed class AutomaticSuppressionOptionsValidator : IValidateOptions<AutomaticSuppressionOptions>
{
    public ValidateOptionsResult Validate(string? name, AutomaticSuppressionOptions options)
    {
        var faults = new List<string>();
        Check(nameof(options.HardDays), options.HardDays, 1, 3_650);
        if (options.SoftFailures != 0)
            Check(nameof(options.SoftFailures), options.SoftFailures, 2, FailureTable.MostMails);
        Check(nameof(options.SoftWindowDays), options.SoftWindowDays, 1, 90);
        Check(nameof(options.SoftDays), options.SoftDays, 1, 3_650);
        return faults.Count > 0 ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;

        void Check(string setting, int value, int least, int most)
        {
            if (value < least || value > most)
                faults.Add(FormattableString.Invariant($"{AutomaticSuppressionOptions.Section}:{setting} is {value}: it takes {least} to {most}."));
        }
    }
}
