using Microsoft.Extensions.Options;

namespace MailFunctions.Intake;

/// <summary>The options of intake; section <c>MailFunctions</c>.</summary>
internal sealed class IntakeOptions
{
    public const string AllowedSendersSetting = "MailFunctions:AllowedSenders";

    public const string AllowedHeadersSetting = "MailFunctions:AllowedHeaders";

    /// <summary>
    /// Allowed senders: addresses (<c>news@example.com</c>), domains (<c>example.com</c>, without subdomains), or <c>*</c>
    /// for any sender. Default: none.
    /// </summary>
    public IList<string> AllowedSenders { get; } = [];

    /// <summary>
    /// Headers obeyed by mail providers that callers may set nevertheless: whole names, such as
    /// <c>X-SES-CONFIGURATION-SET</c>. Default: none. While the sandbox is on, mail is sent without these headers.
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
