using System.Collections.Frozen;
using MailFunctions.Smtp.Composition;

namespace MailFunctions.Intake;

/// <summary>The headers obeyed by mail providers that callers may set nevertheless: by default none.</summary>
/// <param name="allowed">Names of <see cref="ProviderHeaders"/>.</param>
internal sealed class HeaderPolicy(IEnumerable<string> allowed)
{
    public static readonly HeaderPolicy Strict = new([]);

    private readonly FrozenSet<string> _allowed = allowed.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <returns>The reason why a caller may not set this header; null when it is allowed.</returns>
    public string? FaultOf(string name) => ProviderHeaders.ProviderOf(name) is { } provider && !_allowed.Contains(name)
        ? $"is a command to a mail provider ({provider}), which could mail people that this app knows nothing of; the setting {IntakeOptions.AllowedHeadersSetting} can let a single one through"
        : null;

    /// <returns>One sentence for each entry that the setting does not accept.</returns>
    public static IEnumerable<string> FaultsOf(IEnumerable<string> entries) => entries
        .Where(entry => ProviderHeaders.ProviderOf(entry) is null || entry.Contains('*', StringComparison.Ordinal) || HeaderRules.FaultOfName(entry) is not null)
        .Select(entry => $"'{entry}' is no header that is refused as a command to a provider: it takes whole names of such, as X-SES-CONFIGURATION-SET.");
}
