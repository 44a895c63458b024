using System.Net;
using MailKit.Security;

namespace MailFunctions.Smtp.Relays;

/// <summary>The address of a relay and the TLS of its connections, read from its URL and from separate settings, which win.</summary>
internal sealed class RelayAddress
{
    private readonly string _path;
    private readonly ICollection<string> _errors;

    public RelayAddress(string path, RelayOptions options, RelayPreset? preset, ICollection<string> errors)
    {
        (_path, _errors) = (path, errors);
        var before = errors.Count;
        Url = ReadUrl(options.Url);
        Host = (options.Host ?? Url?.Host.Trim('[', ']') ?? preset?.Host ?? "").Trim();
        if (Host.Length == 0 && errors.Count == before)
            errors.Add($"{path}:Url (or :Host) is missing: name the SMTP server that mail is handed to, such as smtp://user:password@{preset?.HostExample ?? "smtp.example.com"}:587.");
        if (preset is not null && Host.Length > 0 && !preset.HostPattern.IsMatch(Host))
            errors.Add($"{path}:Host is no host of the preset {options.Preset}: it takes one like {preset.HostExample}.");

        Security = ReadSecurity(options.Tls, preset is not null);
        Port = options.Port ?? (Url is { Port: > 0 } ? Url.Port : Security == SecureSocketOptions.SslOnConnect ? 465 : 587);
        if (Port is < 1 or > 65535)
            errors.Add($"{path}:Port is out of range: it takes 1 to 65535.");
    }

    public Uri? Url { get; }

    /// <summary>Empty when it is missing.</summary>
    public string Host { get; }

    public int Port { get; }

    public SecureSocketOptions Security { get; }

    /// <summary>The relay is on this machine.</summary>
    public bool IsLoopback =>
        Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address));

    private Uri? ReadUrl(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "smtp" or "smtps" && url.Host.Length > 0 && url.AbsolutePath is "/" or "")
            return url;

        _errors.Add($"{_path}:Url is not a URL of the form smtp://user:password@host:port?starttls=required or smtps://….");
        return null;
    }

    /// <param name="isPublic">The relay is a service on the internet, whatever its name resolves to.</param>
    private SecureSocketOptions ReadSecurity(string? tls, bool isPublic)
    {
        if (Url is { Query.Length: > 1 })
        {
            var query = Url.Query[1..].Split('&').Select(pair => pair.Split('=', 2)).ToList();
            if (query.Exists(pair => pair[0] != "starttls"))
                _errors.Add($"{_path}:Url has a parameter that is not known: only starttls is.");
            tls ??= query.Find(pair => pair is ["starttls", _])?[1];
        }

        tls ??= Url?.Scheme == "smtps" ? "implicit" : IsLoopback && !isPublic ? "when-available" : "required";
        switch (tls)
        {
            case "implicit":
                return SecureSocketOptions.SslOnConnect;
            case "required" or "when-available" or "none" when Url?.Scheme == "smtps":
                _errors.Add($"{_path}:Url begins with smtps://, which is TLS from the first byte: starttls does not go with it.");
                return SecureSocketOptions.SslOnConnect;
            case "required":
                return SecureSocketOptions.StartTls;
            case "when-available":
                return SecureSocketOptions.StartTlsWhenAvailable;
            case "none":
                return SecureSocketOptions.None;
            default:
                _errors.Add($"{_path}:Tls (or ?starttls=) takes required, when-available, none or implicit.");
                return SecureSocketOptions.StartTls;
        }
    }
}
