using Microsoft.Extensions.Options;

namespace MailFunctions.Intake;

/// <summary>What intake lets in; section <c>MailFunctions</c>.</summary>
public sealed class IntakeOptions
{
    public const string AllowedSendersSetting = "MailFunctions:AllowedSenders";

    public const string AllowedHeadersSetting = "MailFunctions:AllowedHeaders";

    /// <summary>
    /// Who may be the sender: addresses (<c>news@example.com</c>), domains (<c>example.com</c>, without those below it),
    /// or <c>*</c> for anyone. Default: nobody.
    /// </summary>
    public IList<string> AllowedSenders { get; } = [];

    /// <summary>
    /// Headers that mail providers obey and that callers may set all the same: whole names, such as
    /// <c>X-SES-CONFIGURATION-SET</c>. Default: none. While the sandbox is on, no mail is sent with one.
    /// </summary>
    public IList<string> AllowedHeaders { get; } = [];
}

internal sealed class IntakeOptionsValidator : IValidateOptions<IntakeOptions>
{
    public ValidateOptionsResult Validate(string? name, IntakeOptions options)
    {
        _ = AllowedSenders.TryParse(options.AllowedSenders, out _, out var senders);
        string[] faults =
        [
            .. senders.Select(fault => $"{IntakeOptions.AllowedSendersSetting}: {fault}"),
            .. HeaderPolicy.FaultsOf(options.AllowedHeaders).Select(fault => $"{IntakeOptions.AllowedHeadersSetting}: {fault}"),
        ];
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
