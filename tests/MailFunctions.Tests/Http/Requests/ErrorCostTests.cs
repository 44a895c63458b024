using System.Text;
using MailFunctions.Api.Resend;
using MailFunctions.Http.Requests;
using MailFunctions.Intake;
using MailFunctions.Keys;
using MailFunctions.Keys.Callers;
using MailFunctions.Mail;
using MailFunctions.Tests.Intake;

namespace MailFunctions.Tests.Http.Requests;

/// <summary>What is wrong costs little however much of it there is. Allocation is counted, which no busy machine changes.</summary>
public sealed class ErrorCostTests
{
    private const int Names = 150_000;

    /// <summary>An error that is counted; to look for what was meant by a name takes more than twice that.</summary>
    private const long BytesEach = 1500;

    public static TheoryData<string, int> Bodies => new()
    {
        { "emails", 1000 },
        { "emails", 1 },
        { "templates", 1000 },
        { "attachments", 1000 },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public void Unknown_names_beyond_those_that_are_listed_are_only_counted(string where, int emails)
    {
        var names = string.Join(',', Enumerable.Range(0, Names / emails).Select(i => $"\"zzzzzzzzzzzzzzz{i}\":1"));
        var email = where switch
        {
            "templates" => $"{{\"template\":{{\"name\":\"a\",{names}}}}}",
            "attachments" => $"{{\"attachments\":[{{{names}}}]}}",
            _ => $"{{{names}}}",
        };
        var body = Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Repeat(email, emails))}]");
        var errors = new ErrorList();
        var root = RequestOutline.Parse(body, errors, EmailLimits.BatchJsonValues).Value!;
        Assert.True(AllowedSenders.TryParse(["*"], out var anyone, out _));
        var batch = new BatchRequest(anyone, EmailRequests.NoSandbox);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var read = batch.Parse(new RequestDocument(root, errors), new BatchTerms(Permissive: false), EmailRequests.Now, RequestLookups.None);
        var cost = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(100, read.Problem?.Errors.Count);
        Assert.Contains(read.Problem!.Errors, error => error.Message.Contains("known are", StringComparison.Ordinal));
        TestContext.Current.TestOutputHelper?.WriteLine($"{cost / Names} bytes each");
        Assert.InRange(cost / Names, 0, BytesEach);
    }

    [Fact]
    public void Too_many_emails_in_a_Resend_batch_are_one_error()
    {
        var root = RequestOutline.Parse(Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Repeat("{}", Names))}]"), new ErrorList(), EmailLimits.BatchJsonValues).Value!;
        Assert.True(AllowedSenders.TryParse(["*"], out var anyone, out _));
        var caller = Caller.OfKey(new ApiKey { Id = "k", Name = "k", Hash = [], Rights = Rights.Send, Limits = new KeyLimits { Lanes = [Lane.Transactional] }, CreatedAt = EmailRequests.Now }, client: null, makers: []);
        var nothing = new Acceptance(writer: null!, groups: null!, ledger: null!, batches: null!, traces: null!, clock: null!);
        var call = new ResendCalls(emails: null!, new BatchRequest(anyone, EmailRequests.NoSandbox), nothing).Batch(caller, permissive: false, new IgnoredFields());
        var before = GC.GetAllocatedBytesForCurrentThread();

        var read = call.Read(new RequestDocument(root, new ErrorList()), EmailRequests.Now, RequestLookups.None, EarlierTry.Nothing);
        var cost = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Contains("at most 100 are allowed", Assert.Single(read.Problem!.Errors).Message, StringComparison.Ordinal);
        Assert.InRange(cost, 0, Names);
    }

    [Fact]
    public void A_list_of_too_many_tags_gives_one_error()
    {
        var tags = string.Join(',', Enumerable.Range(0, 60_000).Select(i => $"{{\"name\":\"t{i}\",\"value\":\"v\"}}"));
        var root = RequestOutline.Parse(Encoding.UTF8.GetBytes($"[{tags}]"), new ErrorList(), EmailLimits.BatchJsonValues).Value!;
        var errors = new ErrorList();

        Assert.Empty(TagRules.Read(root, errors));
        Assert.Single(errors.Listed);
    }
}
