using System.Globalization;

namespace MailFunctions.Keys.Quotas;

/// <summary>
/// The mark of a charge in the row of a mail, from which the share of a process that was killed is settled: it names the
/// charge, and has what the row does not have otherwise.
/// </summary>
/// <param name="Process">The token of the process.</param>
/// <param name="Charge">The number of the charge in that process.</param>
/// <param name="Bytes">The bytes that were charged.</param>
internal sealed record QuotaMark(string Process, long Charge, long Bytes)
{
    /// <returns>Null for a text that no version has written.</returns>
    public static QuotaMark? Parse(string? text) => text?.Split(' ') switch
    {
        [var process, var charge, var bytes] when TryParse(charge, out var number) && TryParse(bytes, out var count) =>
            new(process, number, count),
        _ => null,
    };

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Process} {Charge} {Bytes}");

    private static bool TryParse(string text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
