namespace MailFunctions.Statistics;

/// <summary>What one bucket says of one value of a dimension.</summary>
internal sealed record StatisticsRow(Dimension Dimension, string Value, Measures Measures)
{
    public string RowKey => StatisticsKey.Of(Dimension, Value);
}
