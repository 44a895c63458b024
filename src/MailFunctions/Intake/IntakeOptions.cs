using Microsoft.Extensions.Options;

namespace MailFunctions.Intake;

/// <summary>What intake lets in; section <c>MailFunctions</c>.</summary>
public sealed class IntakeOptions
{
    public const string AllowedSendersSetting = "MailFunctions:AllowedSenders";

    /// <summary>
    /// Who may be the sender: addresses (<c>news@example.com</c>), domains (<c>example.com</c>, without those below it),
    /// or <c>*</c> for anyone. Default: nobody.
    /// </summary>
    public IList<string> AllowedSenders { get; } = [];
}

internal sealed class IntakeOptionsValidator : IValidateOptions<IntakeOptions>
{
    public ValidateOptionsResult Validate(string? name, IntakeOptions options) =>
        AllowedSenders.TryParse(options.AllowedSenders, out _, out var faults)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(faults.Select(fault => $"{IntakeOptions.AllowedSendersSetting}: {fault}"));
}
