using System.Text;
using System.Text.Json;

namespace MailFunctions.Tests.Intake;

public sealed class CalendarRulesTests
{
    private const string Event = "BEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\n";

    [Theory]
    [InlineData("METHOD:REQUEST\r\n", null, "REQUEST")]
    [InlineData("METHOD:REQUEST\r\n", "request", "REQUEST")]
    [InlineData("method;x-a=1:cancel\n", "CANCEL", "CANCEL")]
    [InlineData("METH\r\n OD:PUB\r\n\tLISH\r\n", null, "PUBLISH")]
    [InlineData("BEGIN:VTIMEZONE\r\nMETHOD:X\r\nEND:VTIMEZONE\r\nMETHOD:COUNTER\r\n", null, "COUNTER")]
    [InlineData("", "DeclineCounter", "DECLINECOUNTER")]
    public async Task The_method_is_that_of_the_content_or_of_the_field(string head, string? method, string expected)
    {
        var draft = (await ReadAsync(new { content = $"\uFEFFBEGIN:VCALENDAR\r\n{head}{Event}END:VCALENDAR", method })).Value!;

        var part = Assert.Single(draft.Content.Attachments);
        Assert.Equal(($"text/calendar; charset=utf-8; method={expected}", true), (part.ContentType, part.IsAlternative));
        Assert.StartsWith("BEGIN:VCALENDAR\r\n", Encoding.UTF8.GetString(part.Bytes.Span), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("BEGIN:VCALENDAR\r\nEND:VCALENDAR", null, null, "/calendar/method")]
    [InlineData("BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR", "CANCEL", null, "/calendar/method")]
    [InlineData("BEGIN:VCALENDAR\r\nEND:VCALENDAR", "INVITE", null, "/calendar/method")]
    [InlineData("BEGIN:VCALENDAR\r\nMETHOD:INVITE\r\nEND:VCALENDAR", null, null, "/calendar/content")]
    [InlineData("BEGIN:VCALENDAR\r\nMETHOD:ADD\r\nMETHOD:ADD\r\nEND:VCALENDAR", null, null, "/calendar/content")]
    [InlineData("BEGIN:VEVENT\r\nEND:VEVENT", "REQUEST", null, "/calendar/content")]
    [InlineData("BEGIN:VCALENDAR\r\n", "REQUEST", null, "/calendar/content")]
    [InlineData("BEGIN:VCALENDAR\r\nSUMMARY:\0\r\nEND:VCALENDAR", "REQUEST", null, "/calendar/content")]
    [InlineData("", "REQUEST", null, "/calendar/content")]
    [InlineData(null, "REQUEST", null, "/calendar/content")]
    [InlineData("BEGIN:VCALENDAR\r\nMETHOD:ADD\r\nEND:VCALENDAR", null, "a/b.ics", "/calendar/filename")]
    [InlineData("BEGIN:VCALENDAR\r\nMETHOD:ADD\r\nEND:VCALENDAR", null, "", "/calendar/filename")]
    [InlineData("BEGIN:VCALENDAR\r\nEND:VCALENDAR", "REQUEST\r\nBcc: eve@example.com", null, "/calendar/method")]
    public async Task A_calendar_error_is_reported_at_its_place(string? content, string? method, string? filename, string place) =>
        Assert.Equal(place, Assert.Single((await ReadAsync(new { content, method, filename })).Problem!.Errors).Pointer);

    [Fact]
    public async Task A_calendar_that_is_too_long_is_refused() =>
        Assert.Equal("/calendar/content", Assert.Single((await ReadAsync(new { content = new string('x', 300_000), method = "ADD" })).Problem!.Errors).Pointer);

    private static Task<MailFunctions.Http.OrProblem<MailFunctions.Intake.EmailDraft>> ReadAsync(object calendar) =>
        EmailRequests.ReadAsync(JsonSerializer.Serialize(new { from = "a@example.com", to = "b@example.com", subject = "x", text = "x", calendar }));
}
