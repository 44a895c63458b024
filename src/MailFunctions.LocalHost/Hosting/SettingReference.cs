using System.Text.RegularExpressions;

namespace MailFunctions.LocalHost.Hosting;

/// <summary>Resolves names between percent signs, in a queue's name or a timer's schedule, to settings.</summary>
internal static partial class SettingReference
{
    /// <exception cref="CannotStartException">A named setting is not set.</exception>
    public static string Resolve(string text, IConfiguration configuration, string function) =>
        Reference().Replace(text, match =>
            configuration[match.Groups["name"].Value.Replace("__", ":", StringComparison.Ordinal)] is { Length: > 0 } value
                ? value
                : throw new CannotStartException($"Function {function} names setting {match.Groups["name"].Value}, which is not set."));

    [GeneratedRegex("%(?<name>[^%]+)%")]
    private static partial Regex Reference();
}
