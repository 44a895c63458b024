using System.Diagnostics.Metrics;
using MailFunctions.Benchmarks.Signing;
using MailFunctions.Delivery;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Smtp;
using MailFunctions.Smtp.Composition;
using MailFunctions.Smtp.Credentials;
using MailFunctions.Smtp.Relays;
using MailFunctions.Storage;
using MailFunctions.Telemetry;
using MailFunctions.TestPeers.App;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace MailFunctions.Benchmarks.Sending;

/// <summary>
/// What a delivery does to a mail, without storage: reads the stored content, composes, takes a session from the pool,
/// runs the transaction with its lease check, tells the breaker, and judges the replies. As there, 25 mails are loaded
/// together, and composed and sent one after the other over one connection.
/// </summary>
/// <param name="signs">Each mail has a signature of RSA-2048.</param>
internal sealed class PipelineSender(bool signs = false) : ISender
{
    public static readonly byte[] Stored = EmailContentSerializer.Serialize(SampleMail.Content).ToArray();

    /// <summary>Never called: a relay that is left alone would be noted there, and this one never is.</summary>
    private static readonly StorageClients Unused = new(
        TestSettings.Configuration((TestSettings.Storage, "UseDevelopmentStorage=true")),
        new StorageClock(TimeProvider.System));

    private readonly OutcomeRules _judgement = new(new RetrySchedule(Options.Create(new DeliveryOptions())));

    public async Task SendAsync(SendJob job)
    {
        // As in production where nobody listens.
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var traces = new MailTraces();
        var meters = new MailMeters(services.GetRequiredService<IMeterFactory>());
        await using var router = new RelayRouter(
            Options.Create(new RelaysOptions
            {
                // Half of them are for the other lane.
                Relay = { Host = "127.0.0.1", Port = job.Port, Tls = "none", MaxConnections = 2 * job.Connections, MaxMailsPerConnection = 10_000 },
            }),
            TokenCredentials.Create,
            new RelayNotices(Unused, TimeProvider.System, NullLogger<RelayNotices>.Instance),
            new SmtpTelemetry(traces, meters, TimeProvider.System),
            meters,
            TimeProvider.System,
            NullLogger<RelayRouter>.Instance);
        // Claims are storage's part, and so is a window of rows: it is made once and sent again and again.
        var now = TimeProvider.System.GetUtcNow();
        LedgerRow[] rows = [.. EmailId.Mint(now, ClaimGroup.MaxMails).Select(id => Claimed(id, now))];
        var left = job.Mails;
        await Task.WhenAll(Enumerable.Range(0, job.Connections).Select(_ => Task.Run(async () =>
        {
            // Every connection has its part, also of few mails.
            var window = Math.Clamp(job.Mails / job.Connections, 1, ClaimGroup.MaxMails);
            int before;
            while ((before = Interlocked.Add(ref left, -window) + window) > 0)
                await SendWindowAsync(router, rows[..Math.Min(before, window)]);
        })));
    }

    private async Task SendWindowAsync(RelayRouter router, LedgerRow[] rows)
    {
        var now = TimeProvider.System.GetUtcNow();
        var route = router.RouteOf(Lane.Bulk, rows[0].SenderDomain, rows[0].Tags);
        var mails = rows.Select(row => (Row: row, Content: EmailContentSerializer.ReadDocument(row.Content!.Inline).ToContent())).ToList();
        await using var rented = new RentedSession(router, route);
        foreach (var (row, content) in mails)
        {
            using var message = SigningSample.Signer.Prepare(MessageComposer.Compose(row.Id, content, now), content.From.Domain, now);
            var envelope = new Envelope(row.Sender, [row.Recipients[0].Mailbox]);
            var session = await rented.SessionForAsync(row.Id, envelope, CancellationToken.None);
            var open = session.Value ?? throw new InvalidOperationException(session.Obstacle?.Why);
            await message.SignAsync(open.FormatOf(envelope), signs ? rented.Relay.SignedFields : null, CancellationToken.None);
            var result = await open.SendAsync(envelope, message.Message, () => Require(row), CancellationToken.None);
            rented.Record(result, row.Id);
            var e = _judgement.OfTransaction(row, result, TimeProvider.System.GetUtcNow());
            if (e.State != EmailState.Sent)
                throw new InvalidOperationException($"Not sent: {e.Reason}");
        }
    }

    private static void Require(LedgerRow row)
    {
        if (row.Claim!.LeaseUntil < TimeProvider.System.GetUtcNow())
            throw new InvalidOperationException("The lease is over.");
    }

    public static LedgerRow Claimed(EmailId id, DateTimeOffset now) => Stock.Row(id, Lane.Bulk, "ada@example.com") with
    {
        Content = new StoredContent(Stored, null),
        State = EmailState.Sending,
        Attempt = 1,
        Claim = new Claim(WriteToken.New(), now + TimeSpan.FromHours(1), EventKey.OfAttempt(id, 1, now), "relay"),
    };
}
