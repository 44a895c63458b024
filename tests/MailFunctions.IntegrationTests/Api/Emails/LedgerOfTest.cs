using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Mail;

namespace MailFunctions.IntegrationTests.Api.Emails;

/// <summary>Mails that stand in the ledger as if they had been accepted at some time, without having been sent.</summary>
internal static class LedgerOfTest
{
    /// <summary>Mails that were accepted together, of one subject.</summary>
    public static async Task<EmailId[]> AddAsync(
        this TestApp pipeline, string subject, DateTimeOffset at, CancellationToken cancellationToken, int count = 1, Func<LedgerRow, LedgerRow>? change = null)
    {
        LedgerRow[] rows =
        [
            .. EmailId.Mint(at, count).Select(id => new LedgerRow
            {
                Id = id,
                State = EmailState.Sent,
                Lane = Lane.Transactional,
                Sender = "shop@example.org",
                Subject = subject,
                AcceptedAt = id.MintedAt,
                ExpiresAt = id.MintedAt.AddDays(1),
                EndedAt = id.MintedAt.AddSeconds(1),
                Recipients = [new Recipient("ada@example.net", RecipientKind.To, RecipientStatus.Sent, 1, null)],
            }),
        ];
        if (change is not null)
            rows = [.. rows.Select(change)];
        Assert.All(await pipeline.Ledger.TryInsertManyAsync(rows, cancellationToken), Assert.NotNull);
        return [.. rows.Select(row => row.Id)];
    }
}
