namespace MailFunctions.Keys;

/// <summary>Names, or prefixes of names that end with <c>*</c>, as limits list them. An empty list matches every name.</summary>
internal static class NamePattern
{
    public static bool AnyMatches(IReadOnlyList<string> patterns, string name, StringComparison comparison) =>
        patterns.Count == 0 || patterns.Any(pattern => Matches(pattern, name, comparison));

    /// <summary>Tests whether the patterns match every name that <paramref name="others"/> match.</summary>
    public static bool Cover(IReadOnlyList<string> patterns, IReadOnlyList<string> others, StringComparison comparison) =>
        patterns.Count == 0 || (others.Count > 0 && others.All(other => patterns.Any(pattern => Matches(pattern, other, comparison))));

    /// <remarks>No name contains <c>*</c>, so a prefix matches another only if it covers it.</remarks>
    private static bool Matches(string pattern, string name, StringComparison comparison) =>
        pattern[^1] == '*' ? name.StartsWith(pattern[..^1], comparison) : name.Equals(pattern, comparison);
}
