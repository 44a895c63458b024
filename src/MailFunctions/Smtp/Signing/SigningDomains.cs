using System.Diagnostics.CodeAnalysis;
using MailFunctions.Mail;
using MailFunctions.Storage;
using Microsoft.Extensions.Options;

namespace MailFunctions.Smtp.Signing;

/// <summary>Says which domain signs the mail of a sender, and with which keys.</summary>
internal sealed class SigningDomains
{
    private readonly Dictionary<string, SigningDomain> _domains;
    private readonly bool _subdomains;
    private readonly bool _required;

    private SigningDomains(Dictionary<string, SigningDomain> domains, DkimOptions options) =>
        (_domains, _subdomains, _required) = (domains, options.Subdomains, options.Required);

    /// <summary>No keys: every mail goes unsigned.</summary>
    public static SigningDomains None { get; } = new([], new DkimOptions());

    public IReadOnlyCollection<SigningDomain> All => _domains.Values;

    /// <summary>Returns the domain that signs mail from this one: itself, or, where the settings say so, the nearest one above it.</summary>
    /// <param name="fromDomain">The domain of From, in lower-case ASCII.</param>
    /// <returns>Null when such mail goes unsigned.</returns>
    public SigningDomain? Find(string fromDomain)
    {
        for (var domain = fromDomain; ;)
        {
            if (_domains.TryGetValue(domain, out var found))
                return found;
            var dot = domain.IndexOf('.', StringComparison.Ordinal);
            if (!_subdomains || dot < 0)
                return null;
            domain = domain[(dot + 1)..];
        }
    }

    /// <summary>True if mail from the domain is to be refused, since it would go unsigned.</summary>
    public bool Refuses(string fromDomain) => _required && Find(fromDomain) is null;

    /// <exception cref="OptionsValidationException">The settings have errors.</exception>
    public static SigningDomains Read(DkimOptions options)
    {
        var errors = new List<string>();
        return Read(options, errors) ?? throw new OptionsValidationException(DkimOptions.Section, typeof(DkimOptions), errors);
    }

    /// <param name="errors">Receives every error, each with the setting's name, and nothing of a key.</param>
    /// <returns>Null when there is any error.</returns>
    public static SigningDomains? Read(DkimOptions options, ICollection<string> errors)
    {
        var keys = new List<(string Domain, DkimKey Key)>();
        foreach (var (index, key) in options.Keys.Index())
        {
            var path = FormattableString.Invariant($"{DkimOptions.Section}:{nameof(options.Keys)}:{index}");
            if (TryRead(path, key, errors, out var domain, out var read))
                keys.Add((domain, read));
        }

        if (errors.Count > 0)
            return null;
        var domains = keys.GroupBy(entry => entry.Domain, entry => entry.Key, StringComparer.Ordinal).Select(group => new SigningDomain(group.Key, [.. group])).ToList();
        foreach (var fault in domains.SelectMany(domain => domain.Faults()))
            errors.Add($"{DkimOptions.Section}:{nameof(options.Keys)}: {fault}.");
        if (options.Required && keys.Count == 0)
            errors.Add($"{DkimOptions.Section}:{nameof(options.Required)} is true, and there is no key: all mail would be refused.");
        return errors.Count > 0 ? null : new SigningDomains(domains.ToDictionary(domain => domain.Name, StringComparer.Ordinal), options);
    }

    private static bool TryRead(string path, DkimKeyOptions options, ICollection<string> errors, out string domain, [NotNullWhen(true)] out DkimKey? key)
    {
        key = null;
        var before = errors.Count;
        if (!MailDomain.TryParse(options.Domain?.Trim() ?? "", out domain, out var fault))
            errors.Add($"{path}:{nameof(options.Domain)} {fault}.");
        var selector = options.Selector?.Trim() ?? "";
        if (!SigningDomain.IsSelector(selector))
            errors.Add($"{path}:{nameof(options.Selector)} {SigningDomain.NoSelector}.");
        if (ReadKey(selector, options.Key, out fault) is { } read)
            key = read;
        else
            errors.Add($"{path}:{nameof(options.Key)} {fault}.");
        return errors.Count == before;
    }

    private static DkimKey? ReadKey(string selector, string? text, out string? fault)
    {
        fault = SecretReference.IsOfAzd(text) ? SecretReference.AzdCure.TrimEnd('.')
            : SecretReference.IsUnresolved(text) ? "is a reference that the platform did not replace by the secret: the secret, or the app's right to read it, is missing"
            : string.IsNullOrWhiteSpace(text) ? "is missing"
            : null;
        return fault is null ? DkimKeyReader.Read(selector, text!, out fault) : null;
    }
}
