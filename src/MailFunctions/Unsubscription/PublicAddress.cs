using Microsoft.Extensions.Options;

namespace MailFunctions.Unsubscription;

/// <summary>Reads the address under which recipients reach the app.</summary>
internal static class PublicAddress
{
    public const int MaxChars = 200;

    /// <summary>
    /// Returns it in ASCII, without a slash at the end. It holds nothing that would have to be escaped in HTML, in a header or in
    /// a text, so that a link can be put into any of them as it is.
    /// </summary>
    /// <returns>Null if it cannot be used.</returns>
    public static string? Read(string text)
    {
        if (!Uri.TryCreate(text.Trim(), UriKind.Absolute, out var uri)
            || (uri.Scheme != Uri.UriSchemeHttps && !(uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback))
            || uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0)
            return null;

        var host = uri.HostNameType == UriHostNameType.IPv6 ? uri.Host : uri.IdnHost;
        var address = $"{uri.Scheme}://{host}{(uri.IsDefaultPort ? "" : FormattableString.Invariant($":{uri.Port}"))}{uri.AbsolutePath}".TrimEnd('/');
        return host.Length > 0 && address.Length <= MaxChars && address.All(IsPlain) ? address : null;
    }

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~' or '/' or ':' or '%' or '[' or ']';
}

/// <summary>The address of the app for those who have no key; section <c>MailFunctions</c>.</summary>
internal sealed class PublicUrlOptions
{
    public const string Setting = "MailFunctions:PublicUrl";

    /// <summary>
    /// The address under which recipients reach this app, such as <c>https://mail.example.com</c>: https, a host, and optionally
    /// a port and a path; <c>/api/u/…</c> follows it. http only for the machine itself. Default: none, and mail that asks for
    /// <c>unsubscribe</c> is refused.
    /// </summary>
    public string? PublicUrl { get; set; }
}

internal sealed class PublicUrlOptionsValidator : IValidateOptions<PublicUrlOptions>
{
    public ValidateOptionsResult Validate(string? name, PublicUrlOptions options) => options.PublicUrl is { Length: > 0 } url && PublicAddress.Read(url) is null
        ? ValidateOptionsResult.Fail($"{PublicUrlOptions.Setting} is '{url}': it takes https, a host, and optionally a port and a path, such as https://mail.example.com, in at most {PublicAddress.MaxChars} characters; http for this machine alone.")
        : ValidateOptionsResult.Success;
}
