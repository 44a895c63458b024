using MailFunctions.Keys.Quotas;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Maintenance.Retention;
using MailFunctions.Storage;
using MailFunctions.TestPeers.Storage.Memory;
using MailFunctions.Tests.Keys.Quotas;
using Microsoft.Extensions.Logging.Abstractions;

namespace MailFunctions.Tests.Maintenance.Retention;

/// <summary>A process is killed with a share of a day's quota: what it used is found in the ledger, and the rest is free again.</summary>
public sealed class QuotaSettlementTests
{
    private static readonly QuotaScope Scope = QuotaScope.OfDomain("example.org");

    private static readonly QuotaLimits Limits = new() { MailsPerDay = 1_000, RecipientsPerMinute = 500, BytesPerDay = 1_000_000 };

    private readonly SharedTime _time = new(new DateTimeOffset(2026, 12, 1, 9, 0, 0, TimeSpan.Zero));
    private readonly MemoryStorage _storage;

    public QuotaSettlementTests() => _storage = new MemoryStorage(new SharedClock(_time));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_killed_process_did_not_use_is_free_again()
    {
        using var killed = await StartAsync();
        using var other = await StartAsync();
        // Some are used before the last report and some after it, and one is charged whose mail was not accepted.
        await SendAsync(killed, 5, "example.org");
        _time.Advance(TimeSpan.FromSeconds(30));
        await SendAsync(killed, 7, "example.org");
        await ChargeAsync(killed);
        // Neither is in the share: the domain of another, and the mail of another process.
        await InsertAsync(killed, "example.net", killed.Process.NextCharge());
        await SendAsync(other, 3, "example.org");
        Assert.Equal(0, await SettleAsync(other));
        var held = await DayAsync(other);
        Assert.InRange(held.Taken.Mails, 5 + 7 + 1 + 3 + 1, 100);

        _time.Advance(ScopeQuota.LeaseTime + WindowUse.SettledAfter + TimeSpan.FromSeconds(1));
        // The other lives, and gives back by itself.
        await other.Quota.ReturnAsync(all: true, Cancellation);
        Assert.Equal(1, await SettleAsync(other));

        var day = await DayAsync(other);
        Assert.Empty(day.Leases);
        Assert.Equal(new Volume(5 + 7 + 3, 0, 100 * (5 + 7 + 3)), day.Spent);
        Assert.Equal(0, await SettleAsync(other));
    }

    [Fact]
    public async Task A_lease_that_runs_is_left_alone()
    {
        using var one = await StartAsync();
        await SendAsync(one, 5, "example.org");
        _time.Advance(WindowUse.SettledAfter);

        Assert.Equal(0, await SettleAsync(one));
        Assert.Single((await DayAsync(one)).Leases);
    }

    private async Task SendAsync(QuotaInstance instance, int mails, string domain)
    {
        for (var i = 0; i < mails; i++)
        {
            await ChargeAsync(instance);
            await InsertAsync(instance, domain, instance.Process.NextCharge());
        }
    }

    private static async Task ChargeAsync(QuotaInstance instance) =>
        Assert.Null((await instance.Quota.ChargeAsync(Limits, new Volume(1, 1, 100), Cancellation)).Refusal);

    private async Task InsertAsync(QuotaInstance instance, string domain, long charge)
    {
        var row = new LedgerRow
        {
            Id = EmailId.Mint(_time.Now)[0],
            State = EmailState.Queued,
            Lane = Lane.Transactional,
            Sender = $"shop@{domain}",
            AcceptedAt = _time.Now,
            ExpiresAt = _time.Now.AddDays(1),
            Recipients = [new Recipient("ada@example.com", RecipientKind.To, RecipientStatus.Pending, 0, null)],
            Content = new StoredContent([1, 2, 3], null),
            Quota = new QuotaMark(instance.Process.Token, charge, 100).ToString(),
        };
        Assert.True(await new EmailLedger(instance.Clients, NullLogger<EmailLedger>.Instance).TryInsertAsync(row, Cancellation));
    }

    private Task<int> SettleAsync(QuotaInstance instance) =>
        new QuotaSettlement(instance.Table, new LedgerRange(instance.Clients, NullLogger<LedgerRange>.Instance), new SharedClock(_time)).RunAsync(Cancellation);

    private async Task<WindowUse> DayAsync(QuotaInstance instance) => (await instance.Table.ReadAsync(Scope, Cancellation)).At(QuotaWindow.Day, _time.Now);

    private async Task<QuotaInstance> StartAsync()
    {
        var instance = new QuotaInstance(_storage, _time, Scope);
        foreach (var name in StorageNames.Tables)
            await instance.Clients.Table(name).CreateIfNotExistsAsync(Cancellation);
        return instance;
    }
}
