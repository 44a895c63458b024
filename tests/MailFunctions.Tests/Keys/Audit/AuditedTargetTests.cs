using MailFunctions.Keys.Audit;
using MailFunctions.Keys.Callers;
using MailFunctions.Mail;

namespace MailFunctions.Tests.Keys.Audit;

public sealed class AuditedTargetTests
{
    private const string Id = "01a207c4-6712-7000-9c40-f48fcae410f2";

    [Theory]
    [InlineData("CancelEmail", $"/api/emails/{Id}/cancel", $"emails/{Id}")]
    [InlineData("CancelEmail", $"/api/keyed/emails/{Id}/cancel/", $"emails/{Id}")]
    [InlineData("CancelBatch", $"/batches/{Id}/cancel", $"batches/{Id}")]
    [InlineData("ResendReadEmail", $"/api/resend/emails/{Id}", $"emails/{Id}")]
    [InlineData("RequeueEmails", "/api/emails/requeue", "emails")]
    [InlineData("ImportSuppressions", "/api/suppressions", "suppressions")]
    [InlineData("EraseRecipient", "/api/recipients/erase", "recipients")]
    [InlineData("PutTemplate", "/api/templates/welcome", "templates/welcome")]
    [InlineData("RevokeKey", "/api/keys/abcdefghij01", "keys/abcdefghij01")]
    [InlineData("RunTimer", "/api/timers/Dispatch/run", "timers/Dispatch")]
    [InlineData("DeleteDeadLetter", "/api/dead-letters/mail-bulk/0b1c", "dead-letters/mail-bulk/0b1c")]
    [InlineData("PutPause", "/api/pauses/sender/example.com", "pauses/sender/example.com")]
    [InlineData("PutPause", "/api/pauses/lane/bulk", "pauses/lane/bulk")]
    public void A_call_is_about_what_its_path_names(string call, string path, string expected) =>
        Assert.Equal(expected, AuditedTarget.Of(ApiCalls.Named(call), path));

    [Theory]
    [InlineData("PutSuppression", "/api/suppressions/ada@example.com")]
    [InlineData("PutSuppression", "/api/suppressions/Ada@EXAMPLE.com")]
    public void An_address_of_a_suppression_stands_as_the_hash_by_which_mail_is_found(string call, string path) =>
        Assert.Equal($"suppressions/{RecipientHash.Of("ada@example.com")}", AuditedTarget.Of(ApiCalls.Named(call), path));

    [Fact]
    public void An_address_of_a_paused_sender_stands_as_its_hash() =>
        Assert.Equal($"pauses/sender/{RecipientHash.Of("shop/1@example.org")}", AuditedTarget.Of(ApiCalls.Named("PutPause"), "/api/pauses/sender/Shop%2F1@example.org"));

    [Theory]
    [InlineData("CancelEmail", "/api/emails/ada@example.com/cancel")]
    [InlineData("CancelEmail", "/api/emails/<script>/cancel")]
    [InlineData("PutSuppression", "/api/suppressions/no address of ada@")]
    [InlineData("PutTemplate", "/api/templates/ada@example.com")]
    [InlineData("RunTimer", "/api/timers/ada@example.com/run")]
    [InlineData("DeleteDeadLetter", "/api/dead-letters/ada@example.com/bob@example.net")]
    [InlineData("PutPause", "/api/pauses/sender/ada@example.com, bob@example.net")]
    [InlineData("PutPause", "/api/pauses/ada@example.com/bob@example.net")]
    [InlineData("RevokeKey", "/api/keys/mf_abcdefghij01_0123456789012345678901234567890123456789012abcdefghijklmnopqrst")]
    [InlineData("PutTemplate", "/api/templates/mf_abcdefghij01_0123456789012345678901234567890123456789012abcdefghijklmnopqrst")]
    [InlineData("PutTemplate", "/")]
    [InlineData("PutTemplate", "")]
    public void A_path_that_names_nothing_leaves_nothing_of_itself(string call, string path)
    {
        var named = AuditedTarget.Of(ApiCalls.Named(call), path);

        Assert.Matches(@"^[a-z-]+/(\?|\?/\?)$", named);
    }

    [Fact]
    public void No_audited_call_lets_an_address_into_the_trail()
    {
        foreach (var call in ApiCalls.All)
        {
            var path = string.Join('/', call.Route.Split('/').Select(part => part.StartsWith('{') ? "ada@example.com" : part));

            Assert.DoesNotContain('@', AuditedTarget.Of(call, $"/api/{path}"));
        }
    }
}
