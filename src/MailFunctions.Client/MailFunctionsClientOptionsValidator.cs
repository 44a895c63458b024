using Microsoft.Extensions.Options;

namespace MailFunctions.Client;

/// <summary>Names every invalid option with its allowed values, but never the key.</summary>
internal sealed class MailFunctionsClientOptionsValidator : IValidateOptions<MailFunctionsClientOptions>
{
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestFirstDelay = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(10);

    public ValidateOptionsResult Validate(string? name, MailFunctionsClientOptions options)
    {
        var faults = Faults(options).ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    public static IEnumerable<string> Faults(MailFunctionsClientOptions options)
    {
        if (FaultOf(options.BaseAddress) is { } fault)
            yield return $"{nameof(MailFunctionsClientOptions)}.{nameof(options.BaseAddress)} {fault}.";
        if (!IsKey(options.FunctionKey))
            yield return $"{nameof(MailFunctionsClientOptions)}.{nameof(options.FunctionKey)} takes printable ASCII without spaces, or null for none.";
        if (!IsKey(options.ApiKey))
            yield return $"{nameof(MailFunctionsClientOptions)}.{nameof(options.ApiKey)} takes printable ASCII without spaces, or null for none.";
        if (options.Timeout < TimeSpan.FromMilliseconds(100) || options.Timeout > LongestTimeout)
            yield return $"{nameof(MailFunctionsClientOptions)}.{nameof(options.Timeout)} is {options.Timeout:c}: it takes 00:00:00.1 to {LongestTimeout:c}.";
        if (options.MaxRetries is < 0 or > 20)
            yield return $"{nameof(MailFunctionsClientOptions)}.{nameof(options.MaxRetries)} is {options.MaxRetries}: it takes 0 to 20.";
        if (options.FirstRetryDelay < TimeSpan.FromMilliseconds(1) || options.FirstRetryDelay > LongestFirstDelay)
            yield return $"{nameof(MailFunctionsClientOptions)}.{nameof(options.FirstRetryDelay)} is {options.FirstRetryDelay:c}: it takes 00:00:00.001 to {LongestFirstDelay:c}.";
        if (options.MaxRetryDelay < options.FirstRetryDelay || options.MaxRetryDelay > LongestDelay)
            yield return $"{nameof(MailFunctionsClientOptions)}.{nameof(options.MaxRetryDelay)} is {options.MaxRetryDelay:c}: it takes {nameof(options.FirstRetryDelay)} to {LongestDelay:c}.";
    }

    private static bool IsKey(string? key) => key is null || (key.Length > 0 && key.All(c => c is > ' ' and < '\x7F'));

    private static string? FaultOf(Uri? address) => address switch
    {
        null => "is missing: it is the address of the API, as in https://mail.azurewebsites.net/api",
        { IsAbsoluteUri: false } => "must be absolute, as in https://mail.azurewebsites.net/api",
        { Scheme: not ("https" or "http") } => "must begin with https://",
        { Scheme: "http", IsLoopback: false } => "must begin with https://, since its host is not this machine",
        { UserInfo.Length: > 0 } => "must hold no user and no password; a key is FunctionKey or ApiKey",
        { Query.Length: > 0 } or { Fragment.Length: > 0 } => "must end with its path; a key is FunctionKey or ApiKey",
        _ => null,
    };
}
