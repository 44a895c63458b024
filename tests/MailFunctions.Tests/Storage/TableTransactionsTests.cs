using System.Text;
using System.Text.Json;
using Azure.Data.Tables;
using CsCheck;
using MailFunctions.Statistics;
using MailFunctions.Storage;
using MailFunctions.Tests.Statistics;

namespace MailFunctions.Tests.Storage;

public sealed class TableTransactionsTests
{
    [Fact]
    public void No_transaction_is_larger_than_Azure_takes_and_no_write_is_lost() =>
        Gen.Int[0, 40_000].Array[0, 350].Sample(
            lengths =>
            {
                var actions = lengths.Select((length, i) => new TableTransactionAction(
                    TableTransactionActionType.Add, new TableEntity("p", $"r{i}") { ["value"] = new string('é', length) })).ToList();

                var batches = TableTransactions.Cut(actions).ToList();

                Assert.Equal(actions, batches.SelectMany(batch => batch));
                Assert.All(batches, batch => Assert.InRange(batch.Count, 1, 100));
                Assert.All(batches, batch => Assert.InRange(batch.Sum(action => Encoded((TableEntity)action.Entity)), 0, 4 * 1024 * 1024));
            },
            iter: Samples.Few(8));

    [Fact]
    public void Statistics_rows_are_cut_into_transactions_of_a_hundred()
    {
        var bucket = Bucket.Of(Granularity.Minute, Generate.Minute);
        var actions = Generate.Measures.Array[250].Single()
            .Select((measures, i) => new TableTransactionAction(
                TableTransactionActionType.Add, StatisticsEntity.Of(bucket, new(Dimension.Domain, $"{i}.example", measures))));

        Assert.Equal([100, 100, 50], TableTransactions.Cut(actions).Select(batch => batch.Count));
    }

    private static int Encoded(TableEntity entity) =>
        Encoding.UTF8.GetByteCount(JsonSerializer.Serialize(entity.ToDictionary(pair => pair.Key, pair => pair.Value)));
}
