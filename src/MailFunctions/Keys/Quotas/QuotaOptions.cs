using Microsoft.Extensions.Options;

namespace MailFunctions.Keys.Quotas;

/// <summary>Section <c>MailFunctions:Quotas</c>. The limits of an API key are in its row.</summary>
internal sealed class QuotaOptions
{
    public const string Section = "MailFunctions:Quotas";

    /// <summary>
    /// The limits of all mail together, in the form of <see cref="QuotaLimits.ToString"/>:
    /// <c>mails_per_minute=600,recipients_per_day=50000</c>. Default: none.
    /// </summary>
    public string? App { get; set; }

    /// <summary>
    /// The limits of sender domains, without their subdomains: <c>example.com: mails_per_day=1000</c>, or <c>*: …</c> for each
    /// domain without an entry of its own. Default: none.
    /// </summary>
    public IList<string> SenderDomains { get; } = [];

    /// <summary>The watch over the volume of API keys.</summary>
    public VolumeWatchOptions Watch { get; set; } = new();
}

/// <summary>Section <c>MailFunctions:Quotas:Watch</c>.</summary>
internal sealed class VolumeWatchOptions
{
    /// <summary>
    /// The multiple of its usual busiest hour that a key may send in an hour before there is an alarm. Default 10, 2 to 1,000;
    /// 0 for no watch.
    /// </summary>
    public int Factor { get; set; } = 10;

    /// <summary>The recipients of an hour up to which there is never an alarm. Default 200, 1 to 1,000,000,000.</summary>
    public long Floor { get; set; } = 200;

    /// <summary>True to pause a key, too, when its volume jumps. Default: false.</summary>
    public bool Pause { get; set; }
}

internal sealed class QuotaOptionsValidator : IValidateOptions<QuotaOptions>
{
    public ValidateOptionsResult Validate(string? name, QuotaOptions options)
    {
        var faults = QuotaPolicy.FaultsOf(options).ToList();
        var watch = options.Watch;
        if (watch.Factor != 0)
            Check(nameof(watch.Factor), watch.Factor, 2, 1_000);
        Check(nameof(watch.Floor), watch.Floor, 1, QuotaLimits.MostCount);
        return faults.Count > 0 ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;

        void Check(string setting, long value, long least, long most)
        {
            if (value < least || value > most)
                faults.Add(FormattableString.Invariant($"{QuotaOptions.Section}:Watch:{setting} is {value}: it takes {least} to {most}."));
        }
    }
}
