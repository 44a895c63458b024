using MailFunctions.Api.Resend;
using MailFunctions.Http;
using MailFunctions.Mail;
using MailFunctions.Tests.Docs;

namespace MailFunctions.Tests.Api.Resend;

public sealed class ResendErrorsTests
{
    private static readonly string Document = RepositoryFile.Read("docs/resend.md");

    [Theory]
    [InlineData("/to", "is required", null, "missing_required_field", "Missing `to` field.")]
    [InlineData("/to/1", "is no address", null, "validation_error", "The `to[1]` field is no address.")]
    [InlineData("/from", "is no address", null, "invalid_from_address", "The `from` field is no address.")]
    [InlineData("/3/from", "is no address", 3, "invalid_from_address", "Email 3: The `from` field is no address.")]
    [InlineData("/attachments/0/content", "is required: the file as base64", null, "invalid_attachment", "The `attachments[0].content` field is required: the file as base64.")]
    [InlineData("", "has no body", null, "validation_error", "The email has no body.")]
    [InlineData("/2", "has no body", 2, "validation_error", "Email 2: The email has no body.")]
    public void The_first_error_determines_the_name_of_the_Resend_error(string place, string message, int? index, string name, string sentence) =>
        Assert.Equal(new ResendError(422, sentence, name), ResendErrors.Of(Problem.Validation([new ProblemError(message, place, Index: index)])));

    [Fact]
    public void Many_errors_become_five_sentences_and_a_count() =>
        Assert.Equal(
            "The `a` field x. The `b` field x. The `c` field x. The `d` field x. The `e` field x. And 2 more.",
            ResendErrors.Of(Problem.Validation([.. "abcdefg".Select(c => new ProblemError("x", $"/{c}"))])).Message);

    [Fact]
    public void A_quota_that_has_room_again_within_a_minute_is_a_rate_limit()
    {
        Assert.Equal("rate_limit_exceeded", ResendErrors.Of(Problem.RateLimitExceeded("", TimeSpan.FromMinutes(1))).Name);
        Assert.Equal("daily_quota_exceeded", ResendErrors.Of(Problem.RateLimitExceeded("", TimeSpan.FromSeconds(61))).Name);
    }

    [Fact]
    public void Every_answer_is_one_that_the_document_lists()
    {
        Problem[] problems =
        [
            Problem.MissingApiKey(), Problem.InvalidApiKey(), Problem.RestrictedApiKey(""),
            Problem.Validation([]), Problem.InvalidJson(""), Problem.InvalidBody(""), Problem.TooLarge(""), Problem.UnsupportedMediaType(""), Problem.NotFound(""),
            Problem.Conflict(""), Problem.SenderNotAllowed("example.com", lacksKey: false), Problem.InvalidIdempotencyKey("", ""), Problem.InvalidIdempotentRequest(),
            Problem.ConcurrentIdempotentRequests(TimeSpan.Zero), Problem.StorageUnavailable(TimeSpan.Zero),
            Problem.ExceedsQuota(""), Problem.RateLimitExceeded("", TimeSpan.FromMinutes(1)), Problem.RateLimitExceeded("", TimeSpan.FromHours(1)), new(500, "internal_error", ""),
        ];
        var listed = RepositoryFile.TableRows(Document, "What is wrong, in Resend's words")
            .SelectMany(row => row[0].Split(", ").SelectMany(status => row[1].Split(", ").Select(name => $"{status} {name.Trim('`')}")))
            .ToHashSet();

        Assert.All(problems.Select(ResendErrors.Of), error => Assert.Contains($"{error.StatusCode} {error.Name}", listed));
    }

    [Fact]
    public void The_document_has_the_last_event_of_every_state()
    {
        var listed = RepositoryFile.TableRows(Document, "GET resend/emails/{id}").Select(row => $"{row[0].Trim('`')} {row[1].Trim('`')}");
        var said = Enum.GetValues<EmailState>().Where(state => state != EmailState.Void).Select(state => $"{state.Name()} {ResendEmail.LastEventOf(state)}");

        Assert.Equal(said.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }
}
