using System.Net;
using Microsoft.Extensions.Options;

namespace MailFunctions.Dns;

/// <summary>Section <c>MailFunctions:Dns</c>.</summary>
internal sealed class DnsOptions
{
    public const string Section = "MailFunctions:Dns";

    /// <summary>
    /// A resolving name server: an IP address, with a port where it is not 53 (<c>127.0.0.1:5353</c>, <c>[::1]:5353</c>).
    /// Default: those of the system.
    /// </summary>
    public string? Server { get; set; }

    /// <summary>The time that one question waits for its answer, twice. Default 3 s, 100 ms to 30 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(3);

    internal static IPEndPoint? ServerOf(string text)
    {
        if (IPAddress.TryParse(text, out var address))
            return new IPEndPoint(address, 53);
        return IPEndPoint.TryParse(text, out var endPoint) && endPoint.Port is > 0 ? endPoint : null;
    }
}

internal sealed class DnsOptionsValidator : IValidateOptions<DnsOptions>
{
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(30);

    public ValidateOptionsResult Validate(string? name, DnsOptions options)
    {
        var errors = new List<string>();
        if (options.Server is { Length: > 0 } server && DnsOptions.ServerOf(server) is null)
            errors.Add($"{DnsOptions.Section}:Server is '{server}': it takes an IP address, with a port where it is not 53 (127.0.0.1:5353, [::1]:5353).");
        if (options.Timeout < Least || options.Timeout > Most)
            errors.Add($"{DnsOptions.Section}:Timeout is {options.Timeout}: it takes {Least} to {Most}.");
        return errors.Count > 0 ? ValidateOptionsResult.Fail(errors) : ValidateOptionsResult.Success;
    }
}
