using MailFunctions.Api.Statistics;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.IntegrationTests.Fixtures.Clocks;
using MailFunctions.Mail;
using MailFunctions.Statistics;
using MailFunctions.TestPeers.Smtp;
using MimeKit;

namespace MailFunctions.IntegrationTests.Upgrade;

/// <summary>This version, started on what another left, two minutes after that.</summary>
internal sealed class UpgradeScene : IAsyncDisposable
{
    private readonly StoredAccount _account;
    private readonly ScriptedSmtpServer _relay;

    private UpgradeScene(StoredAccount account, ScriptedSmtpServer relay, MovableClock clock, TestApp pipeline) =>
        (_account, _relay, Clock, Pipeline) = (account, relay, clock, pipeline);

    public MovableClock Clock { get; }

    public TestApp Pipeline { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<UpgradeScene> StartAsync(AzuriteFixture azurite, StoredAccount account)
    {
        var storage = azurite.TakeAccount();
        await account.WriteAsync(TestStorage.Open(storage), Cancellation);

        var clock = new MovableClock();
        clock.MoveTo(account.TakenAt.AddMinutes(2));
        var relay = new ScriptedSmtpServer();
        return new UpgradeScene(account, relay, clock, await TestApp.On(storage).WithRelay(relay).WithClock(clock).StartAsync());
    }

    public EmailId Id(string name) => EmailId.Parse(_account.Names[name]);

    public Task<LedgerRow> RowAsync(string name) => Pipeline.RowAsync(Id(name), Cancellation);

    /// <summary>Works through all that is visible.</summary>
    public async Task DeliverAllAsync()
    {
        foreach (var lane in (Lane[])[Lane.Transactional, Lane.Bulk])
        {
            while (await Pipeline.DeliverNextAsync(lane, Cancellation))
            {
                // The next.
            }
        }
    }

    public int CountReceived(string name) => _relay.Mails.Count(mail => IsOf(mail, name));

    public MimeMessage Received(string name) =>
        MimeMessage.Load(new MemoryStream(_relay.Mails.Single(mail => IsOf(mail, name)).Content.ToArray()), Cancellation);

    public Task CompileAsync() => Pipeline.Get<StatisticsCompiler>().CompileAsync(Cancellation);

    /// <summary>Of the day before what was taken and the two after it.</summary>
    public async Task<StatisticsValue> TotalAsync()
    {
        var from = Bucket.Of(Granularity.Day, _account.TakenAt.AddDays(-1)).Start;
        var answer = await Pipeline.Get<StatisticsReader>().ReadAsync(new StatisticsQuery(from, from.AddDays(3), Granularity.Day, Dimension.Total), Cancellation);
        return answer.Totals[0];
    }

    public async ValueTask DisposeAsync()
    {
        await Pipeline.DisposeAsync();
        await _relay.DisposeAsync();
    }

    private bool IsOf(ReceivedMail mail, string name) => mail.Header("Message-ID")!.Contains(_account.Names[name], StringComparison.Ordinal);
}
