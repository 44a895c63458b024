using MailFunctions.Mail;
using MailFunctions.Smtp.Sandbox;
using Microsoft.Extensions.Options;

namespace MailFunctions.Smtp;

/// <summary>Says which address MAIL names as the sender of a mail (RFC 5321 section 4.1.1.2).</summary>
internal sealed class ReturnPaths
{
    /// <summary>The entry for each domain that has none of its own.</summary>
    private const string AnyDomain = "*";

    private readonly IReadOnlyDictionary<string, EmailAddress> _paths;

    private ReturnPaths(IReadOnlyDictionary<string, EmailAddress> paths) => _paths = paths;

    /// <summary>Every mail has the address in From.</summary>
    public static ReturnPaths None { get; } = new(new Dictionary<string, EmailAddress>());

    /// <param name="sender">The mailbox in From.</param>
    public string Of(string sender) => Find(sender[(sender.LastIndexOf('@') + 1)..])?.Mailbox ?? sender;

    /// <summary>Returns the domain that SPF is checked for, with mail from this one.</summary>
    /// <param name="fromDomain">Lower-case ASCII.</param>
    public string DomainOf(string fromDomain) => Find(fromDomain)?.Domain ?? fromDomain;

    /// <exception cref="OptionsValidationException">The settings have errors.</exception>
    public static ReturnPaths Read(ReturnPathOptions options)
    {
        var read = Read(options, out var faults);
        return faults.Count == 0 ? read : throw new OptionsValidationException(ReturnPathOptions.Setting, typeof(ReturnPathOptions), faults);
    }

    /// <param name="faults">One sentence for each invalid entry, naming it.</param>
    public static ReturnPaths Read(ReturnPathOptions options, out IReadOnlyList<string> faults)
    {
        var (paths, wrong) = (new Dictionary<string, EmailAddress>(StringComparer.Ordinal), new List<string>());
        foreach (var entry in options.ReturnPath)
        {
            if (FaultOf(entry, out var domain, out var address) is { } fault)
                wrong.Add($"{ReturnPathOptions.Setting}: {fault}.");
            else if (!paths.TryAdd(domain, address))
                wrong.Add($"{ReturnPathOptions.Setting}: {domain} is there twice.");
        }

        faults = wrong;
        return new ReturnPaths(paths);
    }

    private static string? FaultOf(string entry, out string domain, out EmailAddress address)
    {
        (domain, address) = ("", default);
        if (entry.Split(':', 2, StringSplitOptions.TrimEntries) is not [var name, var text])
            return $"'{entry}' is no entry: it takes a domain or {AnyDomain}, a colon, and an address";
        if (name == AnyDomain)
            domain = name;
        else if (!MailDomain.TryParse(name, out domain, out var why))
            return $"'{name}' {why}";
        if (!AddressParser.TryParse(text, out address, out _) || address.DisplayName.Length > 0)
            return $"'{text}' is no address such as bounces@bounce.example.com";
        if (address.NeedsSmtpUtf8)
            return $"'{text}' has characters beyond ASCII before its @, which not every relay takes";
        return TestAddress.Is(address.Mailbox) ? $"'{text}' is a test address, which no bounce reaches" : null;
    }

    private EmailAddress? Find(string domain) => _paths.TryGetValue(domain, out var own) || _paths.TryGetValue(AnyDomain, out own) ? own : null;
}
