namespace MailFunctions.Statistics;

/// <summary>The property by which counts are grouped. An email has no value in a dimension that does not apply to it.</summary>
internal enum Dimension
{
    /// <summary>Everything, under the one value <c>total</c>.</summary>
    Total,

    Lane,

    /// <summary>The relay of an attempt; an accept has none yet.</summary>
    Relay,

    /// <summary>The recipients' domains. An email to several counts in each of them, so the values do not add up to the total.</summary>
    Domain,

    /// <summary><c>name:value</c>. An email with several counts in each of them.</summary>
    Tag,
}

internal static class Dimensions
{
    /// <summary>The value of the dimension total.</summary>
    public const string Everything = "total";

    public static readonly IReadOnlyList<string> Names = [.. Enum.GetValues<Dimension>().Select(Name)];

    public static string Name(this Dimension dimension) => dimension switch
    {
        Dimension.Total => "total",
        Dimension.Lane => "lane",
        Dimension.Relay => "relay",
        Dimension.Domain => "domain",
        Dimension.Tag => "tag",
        _ => throw new ArgumentOutOfRangeException(nameof(dimension)),
    };

    public static Dimension? Find(string name) =>
        Names.Index().Where(pair => pair.Item == name).Select(pair => (Dimension?)pair.Index).FirstOrDefault();

    /// <summary>Its values come from callers, so their number has no bound.</summary>
    public static bool IsOpenEnded(this Dimension dimension) => dimension is Dimension.Domain or Dimension.Tag;
}
