using System.Diagnostics.Metrics;
using System.Globalization;
using MailFunctions.Mail;
using MailFunctions.Smtp;
using MailFunctions.Smtp.Credentials;
using MailFunctions.Smtp.Relays;
using MailFunctions.Smtp.Sessions;
using MailFunctions.Telemetry;
using MailFunctions.TestPeers.Smtp;
using Microsoft.Extensions.DependencyInjection;
using MimeKit;

namespace MailFunctions.Fuzz.Replies;

/// <summary>
/// Relays that answer anything: whatever they do, a mail that is told as sent is one that the relay took, for the
/// recipients that it took it for; nothing is thrown, nothing hangs, and memory stays bounded.
/// </summary>
internal sealed class ReplyFuzz : IFuzz
{
    private const int Mails = 3;
    private const int LongestReply = 1_000;

    /// <summary>Bytes in use, with every server and every client of the cases that run side by side.</summary>
    private const long MostMemory = 512L * 1024 * 1024;

    private static readonly TimeSpan ReplyTime = TimeSpan.FromSeconds(1);

    private readonly System.Security.Cryptography.X509Certificates.X509Certificate2 _certificate = TestCertificate.Create();
    private readonly ServiceProvider _metrics = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly SmtpTelemetry _telemetry;

    public ReplyFuzz() => _telemetry = new(new MailTraces(), new MailMeters(_metrics.GetRequiredService<IMeterFactory>()), TimeProvider.System);

    public int AtOnce => 64;

    /// <summary>Each reply of each mail may take its time.</summary>
    public TimeSpan Patience { get; } = TimeSpan.FromMinutes(2);

    public Tally Tally { get; } = new();

    public IReadOnlyList<string> Expected { get; } = ["sent", "rejected", "deferred", "uncertain", "no session"];

    public async Task<string?> TryAsync(int seed, CancellationToken cancellationToken)
    {
        var random = new Random(seed);
        if (ParserFuzz.Try(random) is { } wrong)
            return wrong;

        var script = new HostileScript(random);
        var keywords = new SmtpServerOptions().Keywords.Append("CHUNKING").Where(_ => random.Chance(75)).ToList();
        await using var server = new ScriptedSmtpServer(new SmtpServerOptions { Keywords = keywords, Certificate = _certificate }) { Script = script.Answer };
        var told = await SendAsync(Read(random, server.Port), random, cancellationToken);
        var fault = MemoryInUse() is > MostMemory and var bytes ? $"{bytes >> 20} MiB are in use" : Check(told, server.Mails.ToList());
        return fault is null ? null : $"{fault}\n  {script}";
    }

    public async ValueTask DisposeAsync()
    {
        _certificate.Dispose();
        await _metrics.DisposeAsync();
    }

    /// <summary>The process may hold much more that it no longer uses, such as the bodies of requests that another target tried.</summary>
    private static long MemoryInUse()
    {
        var bytes = GC.GetTotalMemory(forceFullCollection: false);
        return bytes > MostMemory ? GC.GetTotalMemory(forceFullCollection: true) : bytes;
    }

    private static Relay Read(Random random, int port)
    {
        var security = random.Chance(80) ? "none" : random.Pick(["when-available", "required"]);
        var login = random.Chance(30) ? "user:secret@" : "";
        var options = new RelayOptions { Name = "relay", Url = $"smtp://{login}127.0.0.1:{port}?starttls={security}", ReplyTimeout = ReplyTime, FinalReplyTimeout = ReplyTime, ConnectTimeout = ReplyTime };
        var errors = new List<string>();
        var relays = RelayList.Read(new RelaysOptions { Relay = options }, errors);
        return errors.Count == 0 ? relays[0] : throw new InvalidOperationException(string.Join(' ', errors));
    }

    /// <summary>Over one session, and over another when it cannot go on.</summary>
    private async Task<List<(int Number, TransactionResult Result)>> SendAsync(Relay relay, Random random, CancellationToken cancellationToken)
    {
        var told = new List<(int, TransactionResult)>();
        RelaySession? session = null;
        for (var number = 1; number <= Mails; number++)
        {
            try
            {
                if (session is { IsUsable: false })
                {
                    await session.DisposeAsync();
                    session = null;
                }

                session ??= await RelaySession.OpenAsync(relay, new Authenticator(relay, TokenCredentials.Create, TimeProvider.System), _telemetry, TimeProvider.System, cancellationToken);
                var recipients = Enumerable.Range(0, random.Next(1, 4)).Select(i => FormattableString.Invariant($"r{i}@example.com")).ToList();
                using var message = new MimeMessage(
                    [new MailboxAddress("", "shop@example.org")], [new MailboxAddress("", "r0@example.com")], FormattableString.Invariant($"Mail {number}"), new TextPart("plain") { Text = "Hello\r\n.\r\n..\r\n" });
                told.Add((number, await session.SendAsync(new Envelope("shop@example.org", recipients), message, () => { }, cancellationToken)));
            }
            catch (RelayUnreachableException)
            {
                Tally.Add("no session");
            }
        }

        if (session is not null)
            await session.DisposeAsync();
        return told;
    }

    private string? Check(List<(int Number, TransactionResult Result)> told, IReadOnlyList<ReceivedMail> arrived)
    {
        foreach (var (number, result) in told)
        {
            var taken = arrived.Where(mail => mail.Header("Subject") == string.Create(CultureInfo.InvariantCulture, $"Mail {number}")).SelectMany(mail => mail.Recipients).ToHashSet();
            foreach (var recipient in result.Recipients)
            {
                Tally.Add(recipient.Status.ToString().ToLowerInvariant());
                if (recipient.Status == RecipientStatus.Sent && !taken.Contains(recipient.Mailbox))
                    return $"mail {number} is told as sent to {recipient.Mailbox}, and the relay did not take it";
                if (recipient.Reply.Text.Length > LongestReply || recipient.Reply.Text.Any(char.IsControl))
                    return $"mail {number} has a reply of {recipient.Reply.Text.Length} characters, or one with control characters";
            }
        }

        return null;
    }
}
