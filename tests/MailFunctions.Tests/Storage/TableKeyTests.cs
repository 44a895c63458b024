using System.Reflection;
using Azure.Data.Tables;
using CsCheck;
using MailFunctions.Intake.Idempotency;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Statistics;
using MailFunctions.Storage;
using MailFunctions.Suppression;
using MailFunctions.Templates;

namespace MailFunctions.Tests.Storage;

public sealed class TableKeyTests
{
    /// <summary>
    /// "Characters disallowed in key fields" and the size of a key, from "Understanding the Table service data model" of
    /// Azure's documentation.
    /// </summary>
    private static bool AzureTakes(char c) => c is not ('/' or '\\' or '#' or '?' or <= '\u001F' or (>= '\u007F' and <= '\u009F')) && !char.IsSurrogate(c);

    [Fact]
    public void Each_character_is_taken_or_refused_as_Azure_does()
    {
        for (var c = char.MinValue; c < char.MaxValue; c++)
        {
            Assert.True(TableKey.IsValid($"a{c}b") == AzureTakes(c), $"U+{(int)c:X4}");
            Assert.True(TableKey.IsValid($"{c}") == AzureTakes(c), $"U+{(int)c:X4} alone");
        }
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(512, true)]
    [InlineData(513, false)]
    public void A_key_has_a_kibibyte_of_UTF_16_at_most(int chars, bool isTaken) => Assert.Equal(isTaken, TableKey.IsValid(new string('ä', chars)));

    [Fact]
    public void A_text_with_broken_surrogates_is_not_a_valid_key()
    {
        Assert.True(TableKey.IsValid("\uD83D\uDE00 and \uD83D\uDE00"));
        Assert.False(TableKey.IsValid("\uD83D\uDE00 and \uD83D"));
        Assert.False(TableKey.IsValid("\uDE00\uD83D"));
        Assert.False(TableKey.IsValid(null));
    }

    [Fact]
    public void Every_method_of_a_table_client_that_takes_a_key_checks_it()
    {
        var takingKeys = typeof(TableClient).GetMethods().Where(method => method.IsVirtual && method.GetParameters().Any(parameter =>
            parameter.Name is "partitionKey" or "rowKey" or "entity" || parameter.ParameterType == typeof(IEnumerable<TableTransactionAction>))).ToList();

        Assert.True(takingKeys.Count >= 16);
        Assert.All(takingKeys, method => Assert.Contains(
            typeof(StrictTableClient).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly),
            own => own.GetBaseDefinition() == method.GetBaseDefinition()));
    }

    [Theory]
    [InlineData("a/b", "c")]
    [InlineData("a", "b#c")]
    [InlineData("a", "b\u0085c")]
    public async Task A_key_that_Azure_does_not_take_makes_no_request(string partition, string row)
    {
        // Nobody listens there: a request would fail otherwise, and late.
        var table = new StrictTableClient("DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YQ==;TableEndpoint=http://127.0.0.1:1/a;", "Emails", new TableClientOptions());
        var entity = new TableEntity(partition, row);

        Func<Task>[] calls =
        [
            () => table.AddEntityAsync(entity, TestContext.Current.CancellationToken),
            () => table.UpsertEntityAsync(entity, cancellationToken: TestContext.Current.CancellationToken),
            () => table.UpdateEntityAsync(entity, Azure.ETag.All, cancellationToken: TestContext.Current.CancellationToken),
            () => table.DeleteEntityAsync(entity, cancellationToken: TestContext.Current.CancellationToken),
            () => table.DeleteEntityAsync(partition, row, cancellationToken: TestContext.Current.CancellationToken),
            () => table.GetEntityAsync<TableEntity>(partition, row, cancellationToken: TestContext.Current.CancellationToken),
            () => table.GetEntityIfExistsAsync<TableEntity>(partition, row, cancellationToken: TestContext.Current.CancellationToken),
            () => table.SubmitTransactionAsync(
                [new(TableTransactionActionType.Add, new TableEntity("a", "b")), new(TableTransactionActionType.Add, entity)], TestContext.Current.CancellationToken),
        ];

        foreach (var call in calls)
            Assert.DoesNotContain(row.Length > 1 ? row : partition, (await Assert.ThrowsAsync<ArgumentException>(call)).Message, StringComparison.Ordinal);
    }

    /// <summary>What callers, senders of queue messages and settings can put into keys, by each way that there is.</summary>
    [Fact]
    public void Keys_made_from_any_text_of_a_caller_are_valid_in_Azure() => Gen.String[Gen.Char, 0, 700].Sample(
        text =>
        {
            Assert.True(!TemplateName.IsValid(text) || TableKey.IsValid($"t-{text}"));
            Assert.True(TableKey.IsValid(IdempotencyKey.Of("scope", text).Row));
            Assert.True(TableKey.IsValid(SuppressionKey.Of(text).RowKey) && TableKey.IsValid(SuppressionKey.Of(text).PartitionKey));
            Assert.All(Enum.GetValues<Dimension>(), dimension => Assert.True(TableKey.IsValid(StatisticsKey.Of(dimension, text))));
            Assert.True(!EmailId.TryParse(text, out var id) || (TableKey.IsValid(id.RowKey) && TableKey.IsValid(id.PartitionKey)));
        },
        iter: 10_000);

    [Theory]
    [InlineData("6f9619ff-8b86-d011-b42d-00c04fc964ff", true)]
    [InlineData("\n6f9619ff-8b86-d011-b42d-00c04fc964ff", false)]
    [InlineData("6f9619ff-8b86-d011-b42d-00c04fc964ff\t", false)]
    [InlineData("6f9619ff/8b86", false)]
    public void The_original_that_a_queue_message_names_is_a_key_or_is_not_believed(string original, bool isBelieved)
    {
        var body = System.Text.Json.JsonSerializer.Serialize(new { v = 1, mails = new[] { new { id = EmailId.Mint(TimeProvider.System.GetUtcNow())[0].ToString(), n = 1 } }, o = original, g = 1 });

        Assert.Equal(isBelieved, LaneMessage.Parse(new BinaryData(body)).Copy is not null);
    }
}
