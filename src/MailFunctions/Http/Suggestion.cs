namespace MailFunctions.Http;

/// <summary>Suggests the known name that is closest to an unknown one.</summary>
internal static class Suggestion
{
    private const int MaxChars = 64;

    /// <returns>Null when no known name is close.</returns>
    public static string? For(string name, ReadOnlySpan<string> known)
    {
        var plain = Plain(name);
        if (plain.Length == 0)
            return null;
        foreach (var candidate in known)
        {
            if (Distance(plain, Plain(candidate)) <= (candidate.Length > 4 ? 2 : 1))
                return candidate;
        }

        return null;
    }

    /// <summary>Normalises a name: replyTo, Reply-To and reply_to are the same to a person.</summary>
    public static string Plain(string name) =>
        name.Length > MaxChars ? "" : name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();

    /// <summary>Counts the letters to insert, delete or replace (Levenshtein distance).</summary>
    private static int Distance(string a, string b)
    {
        Span<int> row = stackalloc int[b.Length + 1];
        for (var j = 0; j < row.Length; j++)
            row[j] = j;

        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
