using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using MailKit.Security;
using Microsoft.Extensions.Options;

namespace MailFunctions.Smtp;

/// <summary>A relay as it is used: <see cref="RelayOptions"/>, read and checked.</summary>
internal sealed partial record Relay
{
    public required string Name { get; init; }

    public required string Host { get; init; }

    public required int Port { get; init; }

    public required SecureSocketOptions Security { get; init; }

    public NetworkCredential? Credential { get; init; }

    public required RelayOptions Limits { get; init; }

    /// <summary>Reads the options.</summary>
    /// <param name="errors">Takes what is wrong with them, each with the setting's name and what it may be; no value of a secret.</param>
    public static Relay? Read(RelayOptions options, ICollection<string> errors)
    {
        var before = errors.Count;
        var url = ReadUrl(options.Url, errors);
        var host = options.Host ?? url?.Host.Trim('[', ']');
        if (string.IsNullOrWhiteSpace(host) && errors.Count == before)
            errors.Add($"{RelayOptions.Section}:Url (or :Host) is missing: name the SMTP server that mail is handed to, such as smtp://user:password@smtp.example.com:587.");

        var security = ReadSecurity(options.Tls, url, host ?? "", errors);
        var port = options.Port ?? (url is { Port: > 0 } ? url.Port : security == SecureSocketOptions.SslOnConnect ? 465 : 587);
        Check(port is >= 1 and <= 65535, ":Port", "1 to 65535");
        Check(options.ConnectTimeout >= TimeSpan.FromSeconds(1) && options.ConnectTimeout <= TimeSpan.FromMinutes(5), ":ConnectTimeout", "00:00:01 to 00:05:00");
        Check(options.ReplyTimeout >= TimeSpan.FromSeconds(1) && options.ReplyTimeout <= TimeSpan.FromMinutes(10), ":ReplyTimeout", "00:00:01 to 00:10:00");
        Check(options.FinalReplyTimeout >= TimeSpan.FromSeconds(1) && options.FinalReplyTimeout <= TimeSpan.FromMinutes(20), ":FinalReplyTimeout", "00:00:01 to 00:20:00");
        Check(options.MaxMailsPerConnection is >= 1 and <= 10_000, ":MaxMailsPerConnection", "1 to 10000");
        Check(options.IdleTimeout >= TimeSpan.Zero && options.IdleTimeout <= TimeSpan.FromMinutes(10), ":IdleTimeout", "00:00:00 to 00:10:00");
        var name = options.Name ?? host ?? "";
        Check(errors.Count > before || NamePattern().IsMatch(name), ":Name", "1 to 64 letters, digits, dots, dashes, underscores or colons");

        return errors.Count > before ? null : new Relay
        {
            Name = name,
            Host = host!,
            Port = port,
            Security = security,
            Credential = ReadCredential(options, url),
            Limits = options,
        };

        void Check(bool isRight, string setting, string allowed)
        {
            if (!isRight)
                errors.Add($"{RelayOptions.Section}{setting} is out of range: it takes {allowed}.");
        }
    }

    private static Uri? ReadUrl(string? text, ICollection<string> errors)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "smtp" or "smtps" && url.Host.Length > 0 && url.AbsolutePath is "/" or "")
            return url;

        errors.Add($"{RelayOptions.Section}:Url is not a URL of the form smtp://user:password@host:port?starttls=required or smtps://….");
        return null;
    }

    private static SecureSocketOptions ReadSecurity(string? tls, Uri? url, string host, ICollection<string> errors)
    {
        if (url is { Query.Length: > 1 })
        {
            var query = url.Query[1..].Split('&').Select(pair => pair.Split('=', 2)).ToList();
            if (query.Exists(pair => pair[0] != "starttls"))
                errors.Add($"{RelayOptions.Section}:Url has a parameter that is not known: only starttls is.");
            tls ??= query.Find(pair => pair is ["starttls", _])?[1];
        }

        tls ??= url?.Scheme == "smtps" ? "implicit" : IsLoopback(host) ? "when-available" : "required";
        switch (tls)
        {
            case "implicit":
                return SecureSocketOptions.SslOnConnect;
            case "required" or "when-available" or "none" when url?.Scheme == "smtps":
                errors.Add($"{RelayOptions.Section}:Url begins with smtps://, which is TLS from the first byte: starttls does not go with it.");
                return SecureSocketOptions.SslOnConnect;
            case "required":
                return SecureSocketOptions.StartTls;
            case "when-available":
                return SecureSocketOptions.StartTlsWhenAvailable;
            case "none":
                return SecureSocketOptions.None;
            default:
                errors.Add($"{RelayOptions.Section}:Tls (or ?starttls=) takes required, when-available, none or implicit.");
                return SecureSocketOptions.StartTls;
        }
    }

    private static NetworkCredential? ReadCredential(RelayOptions options, Uri? url)
    {
        var parts = url?.UserInfo.Split(':', 2) ?? [];
        var user = options.User ?? (parts.Length > 0 ? Uri.UnescapeDataString(parts[0]) : null);
        var password = options.Password ?? (parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : null);
        return string.IsNullOrEmpty(user) ? null : new NetworkCredential(user, password);
    }

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    /// <summary>Without the credential, so that a relay may stand in a log or an exception.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} ({Host}:{Port})");

    [GeneratedRegex(@"\A[A-Za-z0-9._:-]{1,64}\z")]
    private static partial Regex NamePattern();
}

/// <summary>Stops the app at its start when the relay's settings cannot be used.</summary>
internal sealed class RelayValidator : IValidateOptions<RelayOptions>
{
    public ValidateOptionsResult Validate(string? name, RelayOptions options)
    {
        var errors = new List<string>();
        return Relay.Read(options, errors) is null ? ValidateOptionsResult.Fail(errors) : ValidateOptionsResult.Success;
    }
}
