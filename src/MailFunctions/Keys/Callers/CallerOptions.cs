using Microsoft.Extensions.Options;

namespace MailFunctions.Keys.Callers;

internal sealed class CallerOptions
{
    public const string Section = "MailFunctions";

    public const string TrustedProxiesSetting = "MailFunctions:TrustedProxies";

    public const int MostProxies = 8;

    /// <summary>
    /// The number of proxies between clients and the app, each of which appends the address of its peer to
    /// <c>X-Forwarded-For</c>; default 0, at most 8. On Azure the platform's front end is one.
    /// </summary>
    public int TrustedProxies { get; set; }

    /// <summary>
    /// True if the platform checks a token of Entra ID of every caller, and names the caller in
    /// <c>X-MS-CLIENT-PRINCIPAL-ID</c>; default false. Where it does not, anybody can send that header.
    /// </summary>
    public bool CallersSignIn { get; set; }
}

internal sealed class CallerOptionsValidator : IValidateOptions<CallerOptions>
{
    public ValidateOptionsResult Validate(string? name, CallerOptions options) => options.TrustedProxies is >= 0 and <= CallerOptions.MostProxies
        ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail($"{CallerOptions.TrustedProxiesSetting} takes 0 to {CallerOptions.MostProxies}.");
}
