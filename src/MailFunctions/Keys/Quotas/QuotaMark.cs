using System.Globalization;

namespace MailFunctions.Keys.Quotas;

/// <summary>
/// What the row of a mail says about its charge, so that the share of a process that was killed can be settled: the process
/// that charged it, and what its row does not have otherwise.
/// </summary>
/// <param name="Process">The token of the process.</param>
/// <param name="Bytes">The bytes that were charged.</param>
/// <param name="Key">The id of the API key; null for another caller.</param>
internal sealed record QuotaMark(string Process, long Bytes, string? Key)
{
    /// <summary>Returns a name for a holder in a process.</summary>
    public static string HolderOf(string process, long number) => string.Create(CultureInfo.InvariantCulture, $"{process}.{number}");

    public static string ProcessOf(string holder) => holder[..holder.IndexOf('.', StringComparison.Ordinal)];

    /// <returns>Null for a text that no version has written.</returns>
    public static QuotaMark? Parse(string? text) => text?.Split(' ') switch
    {
        [var process, var bytes, .. var rest] when long.TryParse(bytes, NumberStyles.None, CultureInfo.InvariantCulture, out var count) =>
            new(process, count, rest.FirstOrDefault()),
        _ => null,
    };

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Process} {Bytes}{(Key is null ? "" : $" {Key}")}");
}
