using Microsoft.Extensions.Options;

namespace MailFunctions.Delivery;

/// <summary>Section <c>MailFunctions:Delivery</c>.</summary>
internal sealed class DeliveryOptions
{
    public const string Section = "MailFunctions:Delivery";

    /// <summary>
    /// The time that a claim lasts without a sign of life from its worker. It is renewed three times as often, and no DATA
    /// begins with less than half of it left. Default 60 s, 3 s to 10 min. A shorter lease finds dead workers sooner; one that
    /// is too short mistakes a slow storage answer for a dead worker.
    /// </summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>The retry schedule of the lane transactional.</summary>
    public RetryOptions Transactional { get; set; } = new() { First = TimeSpan.FromMinutes(1), Longest = TimeSpan.FromMinutes(30), Lifetime = TimeSpan.FromHours(24) };

    /// <summary>The retry schedule of the lane bulk.</summary>
    public RetryOptions Bulk { get; set; } = new() { First = TimeSpan.FromMinutes(5), Longest = TimeSpan.FromHours(2), Lifetime = TimeSpan.FromHours(72) };
}

/// <summary>Exponential waits with jitter, until the mail expires.</summary>
internal sealed class RetryOptions
{
    /// <summary>The wait after the first attempt; doubles with each. 1 s to 1 d.</summary>
    public TimeSpan First { get; set; }

    /// <summary>The longest wait. <see cref="First"/> to 1 d.</summary>
    public TimeSpan Longest { get; set; }

    /// <summary>The time after its accept in which a mail is tried, unless the mail names its own. 1 min to 7 d.</summary>
    public TimeSpan Lifetime { get; set; }
}

internal sealed class DeliveryOptionsValidator : IValidateOptions<DeliveryOptions>
{
    public ValidateOptionsResult Validate(string? name, DeliveryOptions options)
    {
        var errors = new List<string>();
        Check("Lease", options.Lease, TimeSpan.FromSeconds(3), TimeSpan.FromMinutes(10));
        CheckRetry(nameof(DeliveryOptions.Transactional), options.Transactional);
        CheckRetry(nameof(DeliveryOptions.Bulk), options.Bulk);
        return errors.Count > 0 ? ValidateOptionsResult.Fail(errors) : ValidateOptionsResult.Success;

        void CheckRetry(string lane, RetryOptions retry)
        {
            Check($"{lane}:First", retry.First, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
            Check($"{lane}:Longest", retry.Longest, retry.First, TimeSpan.FromDays(1));
            Check($"{lane}:Lifetime", retry.Lifetime, TimeSpan.FromMinutes(1), TimeSpan.FromDays(7));
        }

        void Check(string setting, TimeSpan value, TimeSpan least, TimeSpan most)
        {
            if (value < least || value > most)
                errors.Add($"{DeliveryOptions.Section}:{setting} is {value}: it takes {least} to {most}.");
        }
    }
}
