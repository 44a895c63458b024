using System.Collections.Frozen;
using MailFunctions.Smtp.Composition;

namespace MailFunctions.Intake;

/// <summary>Which of the headers that providers obey callers may set all the same: by default none.</summary>
/// <param name="allowed">Names of <see cref="ProviderHeaders"/>.</param>
internal sealed class HeaderPolicy(IEnumerable<string> allowed)
{
    public static readonly HeaderPolicy Strict = new([]);

    private readonly FrozenSet<string> _allowed = allowed.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <returns>Why a caller may not set this header; null when nothing is known against it.</returns>
    public string? FaultOf(string name) => ProviderHeaders.ProviderOf(name) is { } provider && !_allowed.Contains(name)
        ? $"is a command to a mail provider ({provider}), which could mail people that this app knows nothing of; the setting {IntakeOptions.AllowedHeadersSetting} can let a single one through"
        : null;

    /// <returns>One sentence for each entry that the setting does not take.</returns>
    public static IEnumerable<string> FaultsOf(IEnumerable<string> entries) => entries
        .Where(entry => ProviderHeaders.ProviderOf(entry) is null || entry.Contains('*', StringComparison.Ordinal) || HeaderRules.FaultOfName(entry) is not null)
        .Select(entry => $"'{entry}' is no header that is refused as a command to a provider: it takes whole names of such, as X-SES-CONFIGURATION-SET.");
}
