using System.Text;
using BenchmarkDotNet.Attributes;
using MailFunctions.Benchmarks.Sending;
using MailFunctions.Delivery;
using MailFunctions.Http.Requests;
using MailFunctions.Intake;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Smtp.Composition;
using MailFunctions.Smtp.Replies;
using MailFunctions.Smtp.Sandbox;
using MailFunctions.Smtp.Sessions;
using MailFunctions.Statistics;
using Microsoft.Extensions.Options;
using MimeKit;

namespace MailFunctions.Benchmarks.Micro;

/// <summary>What a mail costs where nothing is waited for. The mail is the one of <c>compare</c>.</summary>
[MemoryDiagnoser(displayGenColumns: false)]
public class PureStages
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();
    private static readonly EmailId Id = EmailId.Mint(Now)[0];
    private static readonly byte[] Request = Encoding.UTF8.GetBytes(SampleMail.ToJson());
    private readonly byte[] _stored = EmailContentSerializer.Serialize(SampleMail.Content).ToArray();
    private static readonly FormatOptions Wire = new() { NewLineFormat = NewLineFormat.Dos };

    private readonly EmailContent _content = SampleMail.Content;
    private readonly string _reply = "2.0.0 Ok: queued as 4dPfZk2yqWz9sQ";
    private readonly EmailRequest _request = new(Anyone(), new SandboxRules(Options.Create(new SandboxOptions())));
    private readonly OutcomeRules _judgement = new(new RetrySchedule(Options.Create(new DeliveryOptions())));
    private readonly MimeMessage _message = MessageComposer.Compose(Id, SampleMail.Content, Now);
    private readonly LedgerRow _row = PipelineSender.Claimed(Id, Now);
    private readonly IReadOnlyList<StatisticsRow>[] _minutes = [.. Enumerable.Range(0, 60).Select(MinuteOf)];

    [Benchmark(Description = "parse and validate a request")]
    public async Task<bool> Parse()
    {
        using var body = new MemoryStream(Request);
        var document = await RequestDocument.ReadAsync(body, "application/json", Request.Length, EmailLimits.JsonValues, CancellationToken.None);
        return _request.Parse(document.Value!, Now, RequestLookups.None).Succeeded;
    }

    [Benchmark(Description = "write the content for storage")]
    public int Store() => EmailContentSerializer.Serialize(_content).Length;

    [Benchmark(Description = "read the stored content")]
    public int Load() => EmailContentSerializer.ReadDocument(_stored).ToContent().Subject.Length;

    [Benchmark(Description = "compose")]
    public int Compose()
    {
        using var message = MessageComposer.Compose(Id, _content, Now);
        return message.Headers.Count;
    }

    [Benchmark(Description = "serialise what was composed")]
    public void Serialise() => _message.WriteTo(Wire, Stream.Null);

    [Benchmark(Description = "classify a reply")]
    public int Classify() => (int)ReplyRules.StatusOf(ReplyRules.Read(SmtpStage.FinalDot, 250, _reply));

    [Benchmark(Description = "judge a transaction")]
    public int Judge()
    {
        var reply = new SmtpReply(SmtpStage.FinalDot, 250, "2.0.0", "Ok");
        var result = new TransactionResult([new RecipientReply(_row.Recipients[0].Mailbox, RecipientStatus.Sent, reply)], 4096, TimeSpan.FromMilliseconds(3));
        return (int)_judgement.OfTransaction(_row, result, Now).State;
    }

    [Benchmark(Description = "merge an hour of statistics, 60 minutes of 23 rows")]
    public int Merge()
    {
        var rollup = new Rollup();
        foreach (var row in _minutes.SelectMany(minute => minute))
            rollup.Add(row);
        return rollup.ToRows().Count;
    }

    private static AllowedSenders Anyone() =>
        AllowedSenders.TryParse(["*"], out var anyone, out _) ? anyone : throw new InvalidOperationException("'*' allows anyone.");

    private static IReadOnlyList<StatisticsRow> MinuteOf(int minute)
    {
        var statistics = new MinuteStatistics();
        for (var i = 0; i < 200; i++)
        {
            var row = PipelineSender.Claimed(Id, Now) with { Recipients = [new Recipient($"a@{i % 20}.example", RecipientKind.To, RecipientStatus.Pending, 0, null)] };
            statistics.Add(row);
            statistics.Add(TerminalStates.EventOf(row with { Ending = EventKey.OfEnding(Id, Now, "token"), EndedAt = Now + TimeSpan.FromMilliseconds(minute * i) }, Now)!);
        }

        return statistics.ToRows();
    }
}
