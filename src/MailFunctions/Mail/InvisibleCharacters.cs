namespace MailFunctions.Mail;

/// <summary>
/// Finds characters that are invisible: an address that contains one looks like another address, but searches for that
/// address, in the suppression list and in an erasure, would miss it.
/// </summary>
internal static class InvisibleCharacters
{
    private const int NonJoiner = 0x200C;
    private const int Joiner = 0x200D;

    /// <summary>Default_Ignorable_Code_Point, from Unicode's DerivedCoreProperties.txt.</summary>
    private static readonly (int First, int Last)[] Ignorable =
    [
        (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F),
        (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
    ];

    /// <summary>Canonical_Combining_Class 9, Virama, from Unicode's UnicodeData.txt, up to Unicode 14: these join two consonants.</summary>
    private static readonly HashSet<int> Viramas =
    [
        0x094D, 0x09CD, 0x0A4D, 0x0ACD, 0x0B4D, 0x0BCD, 0x0C4D, 0x0CCD, 0x0D3B, 0x0D3C, 0x0D4D, 0x0DCA, 0x0E3A, 0x0EBA, 0x0F84, 0x1039, 0x103A, 0x1714, 0x1715, 0x1734, 0x17D2,
        0x1A60, 0x1B44, 0x1BAA, 0x1BAB, 0x1BF2, 0x1BF3, 0x2D7F, 0xA806, 0xA82C, 0xA8C4, 0xA953, 0xA9C0, 0xAAF6, 0xABED, 0x10A3F, 0x11046, 0x11070, 0x1107F, 0x110B9, 0x11133,
        0x11134, 0x111C0, 0x11235, 0x112EA, 0x1134D, 0x11442, 0x114C2, 0x115BF, 0x1163F, 0x116B6, 0x1172B, 0x11839, 0x1193D, 0x1193E, 0x119E0, 0x11A34, 0x11A47, 0x11A99, 0x11C3F,
        0x11D44, 0x11D45, 0x11D97,
    ];

    /// <summary>
    /// True if there is one. A joiner after a virama is visible in its neighbours' shape (RFC 5892 appendices A.1 and A.2).
    /// </summary>
    public static bool AreIn(string text)
    {
        var before = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsIgnorable(rune.Value) && !(rune.Value is NonJoiner or Joiner && Viramas.Contains(before)))
                return true;
            before = rune.Value;
        }

        return false;
    }

    private static bool IsIgnorable(int value) => value >= Ignorable[0].First && Ignorable.Any(range => value >= range.First && value <= range.Last);
}
