using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MailFunctions.Statistics;

/// <summary>
/// Row keys of the table Statistics: <c>{dimension}|{encoded value}</c>. ASCII letters, digits and <c>- . _ : @</c> are
/// unchanged, every other byte of the value's UTF-8 is <c>~</c> and two hex digits: characters that a table forbids in a
/// key (<c>/ \ # ?</c>, control characters) cannot occur, and neither can <c>%</c>, which some clients decode twice.
/// </summary>
/// <remarks>A key may have 1 KiB of UTF-16. A longer one is cut and ends in <c>~~</c> and the value's SHA-256; the row holds the value itself, too.</remarks>
internal static class StatisticsKey
{
    public const int MaxLength = 512;

    private const int HashLength = 2 * SHA256.HashSizeInBytes;

    public static string Of(Dimension dimension, string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        var key = new StringBuilder(Prefix(dimension), MaxLength);
        foreach (var one in bytes)
        {
            if (char.IsAsciiLetterOrDigit((char)one) || "-._:@".Contains((char)one))
                key.Append((char)one);
            else
                key.Append(CultureInfo.InvariantCulture, $"~{one:X2}");
        }

        if (key.Length <= MaxLength)
            return key.ToString();
        key.Length = MaxLength - 2 - HashLength;
        return key.Append("~~").Append(Convert.ToHexStringLower(SHA256.HashData(bytes))).ToString();
    }

    /// <summary>Returns the beginning of the row keys of a dimension.</summary>
    public static string Prefix(Dimension dimension) => $"{dimension.Name()}|";

    /// <summary>Returns the least text that sorts after every row key of a dimension: <c>}</c> follows <c>|</c>.</summary>
    public static string End(Dimension dimension) => $"{dimension.Name()}}}";
}
