using System.Diagnostics.CodeAnalysis;

namespace MailFunctions.Suppression;

/// <summary>The reason why an address must not be mailed.</summary>
internal enum SuppressionReason : byte
{
    /// <summary>An operator entered it.</summary>
    Manual,

    /// <summary>Mail to it bounced permanently.</summary>
    Bounce,

    /// <summary>Its owner reported a mail as spam.</summary>
    Complaint,

    /// <summary>Its owner unsubscribed.</summary>
    Unsubscribe,
}

/// <summary>The mail that an entry stops.</summary>
internal enum SuppressionScope : byte
{
    /// <summary>Mail of both lanes.</summary>
    All,

    /// <summary>The lane bulk alone: a recipient who wants no newsletter still gets a password reset.</summary>
    Bulk,
}

/// <summary>The words of reasons and scopes in storage and in the API.</summary>
internal static class SuppressionWords
{
    public static string Name(this SuppressionReason reason) => reason switch
    {
        SuppressionReason.Manual => "manual",
        SuppressionReason.Bounce => "bounce",
        SuppressionReason.Complaint => "complaint",
        SuppressionReason.Unsubscribe => "unsubscribe",
        _ => throw new ArgumentOutOfRangeException(nameof(reason)),
    };

    public static string Name(this SuppressionScope scope) => scope switch
    {
        SuppressionScope.All => "all",
        SuppressionScope.Bulk => "bulk",
        _ => throw new ArgumentOutOfRangeException(nameof(scope)),
    };

    public static bool TryParse([NotNullWhen(true)] string? text, out SuppressionReason reason) => TryFind(text, Name, out reason);

    public static bool TryParse([NotNullWhen(true)] string? text, out SuppressionScope scope) => TryFind(text, Name, out scope);

    private static bool TryFind<T>(string? text, Func<T, string> nameOf, out T found)
        where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
        {
            found = value;
            if (nameOf(value) == text)
                return true;
        }

        found = default;
        return false;
    }
}
