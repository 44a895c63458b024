using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Queue;

namespace MailFunctions.IntegrationTests.Fixtures;

/// <summary>Mails as an accept of many at once leaves them: neighbours in the ledger, named by one queue message.</summary>
internal static class QueuedMails
{
    private static readonly EmailContent Content = new()
    {
        From = new EmailAddress("", "shop", "example.org"),
        To = [new EmailAddress("", "ada", "example.com")],
        Subject = "Hello",
        Text = "Hello you",
    };

    /// <param name="change">What is special about a mail, by its index.</param>
    public static async Task<IReadOnlyList<EmailId>> PutAsync(
        TestApp pipeline, Lane lane, int count, CancellationToken cancellationToken, Func<int, LedgerRow, LedgerRow>? change = null)
    {
        var ids = EmailId.Mint(pipeline.Get<TimeProvider>().GetUtcNow(), count);
        await InsertAsync(pipeline, lane, ids, cancellationToken, change);
        await pipeline.Get<LaneQueues>().PutAsync(lane, [.. ids.Select(id => new NamedAttempt(id, 1))], TimeSpan.Zero, cancellationToken);
        return ids;
    }

    /// <summary>The ledger rows alone, without a queue message.</summary>
    public static async Task InsertAsync(
        TestApp pipeline, Lane lane, IReadOnlyList<EmailId> ids, CancellationToken cancellationToken, Func<int, LedgerRow, LedgerRow>? change = null)
    {
        for (var i = 0; i < ids.Count; i++)
        {
            var content = await pipeline.Get<ContentStore>().SaveAsync(ids[i], Content, cancellationToken);
            var row = Row(ids[i], lane) with { Content = content };
            Assert.True(await pipeline.Ledger.TryInsertAsync(change?.Invoke(i, row) ?? row, cancellationToken));
        }
    }

    public static LedgerRow Row(EmailId id, Lane lane) => new()
    {
        Id = id,
        State = EmailState.Queued,
        Lane = lane,
        Sender = "shop@example.org",
        Subject = "Hello",
        AcceptedAt = id.MintedAt,
        ExpiresAt = id.MintedAt + TimeSpan.FromDays(3),
        OnUncertain = UncertainPolicy.Hold,
        Recipients = [new Recipient("ada@example.com", RecipientKind.To, RecipientStatus.Pending, 0, null)],
    };
}
