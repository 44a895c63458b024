namespace MailFunctions.Statistics;

/// <summary>The measures of one bucket for one value of a dimension.</summary>
internal sealed record StatisticsRow(Dimension Dimension, string Value, Measures Measures)
{
    public string RowKey => StatisticsKey.Of(Dimension, Value);
}
