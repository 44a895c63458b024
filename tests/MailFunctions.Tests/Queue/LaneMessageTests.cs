using MailFunctions.Mail;
using MailFunctions.Queue;

namespace MailFunctions.Tests.Queue;

public sealed class LaneMessageTests
{
    private const string Trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    private const string OtherTrace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private static readonly IReadOnlyList<EmailId> Ids = EmailId.Mint(new DateTimeOffset(2026, 11, 23, 10, 0, 0, TimeSpan.Zero), LaneMessage.MaxMails);

    [Fact]
    public void A_message_of_before_there_were_traces_is_read()
    {
        var read = LaneMessage.Parse(BinaryData.FromString($$"""{"v":1,"mails":[{"id":"{{Ids[0]}}","n":3}]}"""));

        Assert.Equal([new NamedAttempt(Ids[0], 3)], read.Mails);
        Assert.Null(read.Trace);
    }

    [Fact]
    public void A_message_without_a_trace_has_the_same_body_as_before() =>
        Assert.Equal($$"""{"v":1,"mails":[{"id":"{{Ids[0]}}","n":1}]}""", new LaneMessage([new NamedAttempt(Ids[0], 1)]).ToBody().ToString());

    [Fact]
    public void A_trace_that_all_have_in_common_travels_with_them()
    {
        var message = LaneMessage.Parse(new LaneMessage([new NamedAttempt(Ids[0], 1, Trace), new NamedAttempt(Ids[1], 2, Trace)]).ToBody());

        Assert.Equal(Trace, message.Trace);
        Assert.All(message.Mails, mail => Assert.Equal(Trace, mail.Trace));
    }

    [Fact]
    public void Traces_that_differ_do_not_travel()
    {
        Assert.Null(LaneMessage.Parse(new LaneMessage([new NamedAttempt(Ids[0], 1, Trace), new NamedAttempt(Ids[1], 1, OtherTrace)]).ToBody()).Trace);
        Assert.Null(LaneMessage.Parse(new LaneMessage([new NamedAttempt(Ids[0], 1, Trace), new NamedAttempt(Ids[1], 1)]).ToBody()).Trace);
    }

    [Theory]
    [InlineData("")]
    [InlineData("00-no-trace-01")]
    [InlineData("00-00000000000000000000000000000000-0000000000000000-01 and much more than that")]
    public void A_message_with_an_invalid_trace_keeps_its_mails(string trace)
    {
        var read = LaneMessage.Parse(BinaryData.FromString($$"""{"v":1,"t":"{{trace}}","mails":[{"id":"{{Ids[0]}}","n":1}]}"""));

        Assert.Equal([new NamedAttempt(Ids[0], 1)], read.Mails);
    }

    [Fact]
    public void A_full_chunk_with_its_trace_is_far_below_what_a_queue_message_holds() =>
        Assert.InRange(new LaneMessage([.. Ids.Select(id => new NamedAttempt(id, 1000, Trace))]).ToBody().ToMemory().Length, 1, 16 * 1024);
}
