using Azure.Data.Tables;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Storage;

namespace MailFunctions.Benchmarks;

/// <summary>Mail in bulk, as the pipeline's own classes write it, but in transactions of a hundred rows.</summary>
internal static class Stock
{
    private const int ParallelTransactions = 4;
    private const int Exists = 409;

    private static readonly byte[] Content = EmailContentSerializer.Serialize(new EmailContent
    {
        From = new EmailAddress("", "shop", "example.org"),
        To = [new EmailAddress("", "b", "example.com")],
        Subject = "News",
        Text = "Nothing new.",
    }).ToArray();

    public static LedgerRow Row(EmailId id, Lane lane, string recipient) => new()
    {
        Id = id,
        State = EmailState.Queued,
        Lane = lane,
        Sender = "shop@example.org",
        Subject = "News",
        AcceptedAt = id.MintedAt,
        ExpiresAt = id.MintedAt + TimeSpan.FromDays(3),
        OnUncertain = UncertainPolicy.Hold,
        Recipients = [new Recipient(recipient, RecipientKind.To, RecipientStatus.Pending, 0, null)],
        Content = new StoredContent(Content, null),
        Token = WriteToken.New(),
    };

    public static Task InsertAsync(StorageClients storage, IEnumerable<LedgerRow> rows, CancellationToken cancellationToken) =>
        InsertAsync(storage.Table(StorageNames.EmailsTable), rows.Select(LedgerRowMapping.ToInsert), cancellationToken);

    public static Task InsertAsync(TableClient table, IEnumerable<TableEntity> entities, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            entities.GroupBy(entity => entity.PartitionKey)
                .SelectMany(partition => TableTransactions.Cut(partition.Select(entity => new TableTransactionAction(TableTransactionActionType.Add, entity)))),
            new ParallelOptions { MaxDegreeOfParallelism = ParallelTransactions, CancellationToken = cancellationToken },
            async (actions, token) => await TableTransactions.SubmitAsync(table, actions, Exists, token));
}
