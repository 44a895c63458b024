using Azure;
using Azure.Data.Tables;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Storage;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Storage.Memory;
using Microsoft.Extensions.Logging.Abstractions;

namespace MailFunctions.Tests.Ledger;

/// <summary>
/// The answer to the insert of a mail is lost, and others write the row before the client repeats the insert: the mail was
/// accepted all the same, and must not be accepted again under another id.
/// </summary>
public sealed class LostInsertAnswerTests
{
    private static readonly DateTimeOffset Now = new(2026, 12, 1, 8, 0, 0, TimeSpan.Zero);

    private readonly MemoryStorage _storage = new(TimeProvider.System);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_row_that_a_worker_has_written_since_counts_as_inserted(int together)
    {
        var rows = EmailId.Mint(Now, together).Select(Row).ToList();
        var ledger = await LedgerAsync(table => rows.ForEach(row => Write(table, row.Id, new() { ["state"] = "sending", ["attempt"] = 1, ["token"] = "worker" })));

        var inserted = await ledger.TryInsertManyAsync(rows, Cancellation);

        Assert.Equal(rows.Select(row => row.Id), inserted.Select(row => row!.Id));
        Assert.All(inserted, row => Assert.Equal(EmailState.Sending, row!.State));
        Assert.All(inserted, row => Assert.NotNull(row!.Content!.Inline));
    }

    [Fact]
    public async Task A_row_as_it_was_inserted_counts_as_inserted()
    {
        var row = Row(EmailId.Mint(Now)[0]);
        var ledger = await LedgerAsync(_ => { });

        Assert.True(await ledger.TryInsertAsync(row, Cancellation));
    }

    [Fact]
    public async Task A_key_that_was_closed_before_is_taken()
    {
        var row = Row(EmailId.Mint(Now)[0]);
        var ledger = await LedgerAsync(_ => { });
        Assert.True(await ledger.TryInsertVoidAsync(row.Id, row.Lane, Now, Cancellation));

        Assert.False(await ledger.TryInsertAsync(row, Cancellation));
    }

    [Fact]
    public async Task A_mail_that_was_accepted_is_not_closed()
    {
        var row = Row(EmailId.Mint(Now)[0]);
        var ledger = await LedgerAsync(_ => { });
        await ledger.TryInsertAsync(row, Cancellation);

        Assert.False(await ledger.TryInsertVoidAsync(row.Id, row.Lane, Now, Cancellation));
    }

    private static LedgerRow Row(EmailId id) => new()
    {
        Id = id,
        State = EmailState.Queued,
        Lane = Lane.Transactional,
        Sender = "shop@example.org",
        AcceptedAt = Now,
        ExpiresAt = Now + TimeSpan.FromDays(1),
        Recipients = [new Recipient("ada@example.com", RecipientKind.To, RecipientStatus.Pending, 0, null)],
        Content = new StoredContent([1, 2, 3], null),
    };

    private static void Write(TableClient table, EmailId id, Dictionary<string, object> properties) =>
        table.UpdateEntity(new TableEntity(properties) { PartitionKey = id.PartitionKey, RowKey = id.RowKey }, ETag.All);

    /// <param name="meanwhile">What others write once an insert is carried out, before its answer is lost.</param>
    private async Task<EmailLedger> LedgerAsync(Action<TableClient> meanwhile)
    {
        var direct = Clients(new MemoryTransport(_storage)).Table(StorageNames.EmailsTable);
        await direct.CreateIfNotExistsAsync(Cancellation);
        return new EmailLedger(Clients(new LosingTransport(_storage, () => meanwhile(direct))), NullLogger<EmailLedger>.Instance);
    }

    private static StorageClients Clients(MemoryTransport transport)
    {
        var configuration = TestSettings.Configuration((TestSettings.Storage, MemoryStorage.ConnectionString));
        return new StorageClients(configuration, new StorageClock(TimeProvider.System), options =>
        {
            options.Transport = transport;
            options.Retry.Delay = TimeSpan.FromMilliseconds(1);
        });
    }

    /// <summary>Loses the first answer to an insert.</summary>
    private sealed class LosingTransport(MemoryStorage storage, Action meanwhile) : MemoryTransport(storage)
    {
        private bool _hasLost;

        protected override async ValueTask<StorageReply> CarryAsync(StorageCall request, CancellationToken cancellationToken)
        {
            var reply = await base.CarryAsync(request, cancellationToken);
            if (_hasLost || request.Method != "POST")
                return reply;
            _hasLost = true;
            meanwhile();
            throw new IOException("The connection broke before the answer was read.");
        }
    }
}
