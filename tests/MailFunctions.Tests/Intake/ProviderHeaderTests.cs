using MailFunctions.Http.Requests;
using MailFunctions.Intake;
using MailFunctions.Mail;
using MailFunctions.Smtp.Composition;

namespace MailFunctions.Tests.Intake;

/// <summary>Headers that a provider or a relay obeys are no caller's to set. Names are from the providers' documents.</summary>
public sealed class ProviderHeaderTests
{
    [Theory]
    [InlineData("X-SMTPAPI")] // SendGrid, "Building an X-SMTPAPI header"
    [InlineData("x-smtpapi")]
    [InlineData("X-MSYS-API")] // SparkPost, "SMTP API"
    [InlineData("X-MC-Metadata")] // Mandrill, "Customize messages with SMTP headers"
    [InlineData("X-MC-BccAddress")]
    [InlineData("X-SES-CONFIGURATION-SET")] // Amazon SES, "Amazon SES header fields"
    [InlineData("X-SES-RETURN-PATH-ARN")]
    [InlineData("X-PM-Message-Stream")] // Postmark, "Sending email with SMTP"
    [InlineData("X-Mailgun-Variables")] // Mailgun, "Sending via SMTP"
    [InlineData("X-Mailgun-Recipient-Variables")]
    [InlineData("X-MJ-TemplateID")] // Mailjet, "Custom headers for SMTP"
    [InlineData("X-Mailjet-Campaign")]
    [InlineData("X-Mailin-Tag")] // Brevo
    [InlineData("X-Sib-Sandbox")] // Brevo, "Sandbox mode"
    [InlineData("X-MS-Exchange-Organization-SCL")] // Exchange, "Message headers"
    [InlineData("X-Forefront-Antispam-Report")]
    [InlineData("x-ms-acsemail-disable-user-tracking")]
    [InlineData("X-ElasticEmail-Channel")] // Elastic Email, "Channels for SMTP and API"
    [InlineData("Channel")]
    [InlineData("X-MT-Category")] // Mailtrap
    [InlineData("x-virtual-mta")] // PowerMTA, user's guide
    [InlineData("x-job")]
    [InlineData("X-GreenArrow-MailClass")] // GreenArrow, "SimpleMH headers"
    [InlineData("X-SM-Campaign")] // Sendmachine, "SMTP MIME headers"
    [InlineData("AhaSend-Track-Opens")] // AhaSend, "Special headers"
    [InlineData("ahasend-sandbox")]
    [InlineData("X-UNIONE")] // UniOne, "SMTP API"
    [InlineData("X-Unosend-Track-Opens")] // Unosend, "SMTP integration"
    [InlineData("x-smtpeter-trackclicks")] // Copernica SMTPeter, "SMTP headers"
    [InlineData("Resend-Idempotency-Key")] // Resend, "Send with SMTP"
    public async Task A_command_to_a_provider_is_refused_at_its_place_and_names_the_setting(string name)
    {
        var reading = await EmailRequests.ReadAsync($$$"""{"from":"a@example.com","to":"b@example.com","subject":"x","text":"x","headers":{"{{{name}}}":"x"}}""");

        var error = Assert.Single(reading.Problem!.Errors);
        Assert.Equal($"/headers/{name}", error.Pointer);
        Assert.Contains("MailFunctions:AllowedHeaders", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Bcc")]
    [InlineData("Resent-Bcc")]
    [InlineData("Return-Path")]
    [InlineData("DKIM-Signature")]
    [InlineData("ARC-Seal")]
    [InlineData("Authentication-Results")]
    [InlineData("Received")]
    [InlineData("X-Receiver")]
    [InlineData("X-Sender")]
    [InlineData("X-Bcc")]
    [InlineData("X-Envelope-From")]
    public async Task Headers_that_name_recipients_or_belong_to_relays_cannot_be_allowed(string name)
    {
        var reading = Read(name, new HeaderPolicy([name]));

        Assert.Equal($"/headers/{name}", Assert.Single((await EmailRequests.ReadAsync($$$"""{"from":"a@example.com","to":"b@example.com","subject":"x","text":"x","headers":{"{{{name}}}":"x"}}""")).Problem!.Errors).Pointer);
        Assert.NotEmpty(reading.Listed);
        Assert.NotEmpty(HeaderPolicy.FaultsOf([name]));
    }

    [Theory]
    [InlineData("X-Entity-Ref-ID")] // of Resend's examples
    [InlineData("List-Unsubscribe")]
    [InlineData("List-Unsubscribe-Post")]
    [InlineData("X-Order")]
    [InlineData("X-Mailer")]
    [InlineData("Feedback-ID")]
    [InlineData("X-Campaign-ID")]
    [InlineData("X-Priority")]
    [InlineData("X-Auto-Response-Suppress")]
    public void Headers_that_no_provider_obeys_are_accepted(string name) => Assert.Empty(Read(name, HeaderPolicy.Strict).Listed);

    [Fact]
    public void An_allowed_header_is_accepted_and_no_other()
    {
        var policy = new HeaderPolicy(["x-ses-configuration-set"]);

        Assert.Empty(Read("X-SES-CONFIGURATION-SET", policy).Listed);
        Assert.NotEmpty(Read("X-SES-MESSAGE-TAGS", policy).Listed);
        Assert.Empty(HeaderPolicy.FaultsOf(["X-SES-CONFIGURATION-SET"]));
    }

    [Fact]
    public void Content_loses_its_provider_headers_and_nothing_else()
    {
        var content = new EmailContent { From = new EmailAddress("", "a", "example.com"), Headers = [new("X-Order", "1"), new("x-SMTPAPI", "{}"), new("X-PM-Tag", "a")] };

        Assert.Equal([new HeaderField("X-Order", "1")], ProviderHeaders.Without(content).Headers);
    }

    private static ErrorList Read(string name, HeaderPolicy policy)
    {
        var errors = new ErrorList();
        var body = RequestOutline.Parse(System.Text.Encoding.UTF8.GetBytes($$"""{"{{name}}":"x"}"""), errors, EmailLimits.JsonValues);
        HeaderRules.Read(body.Value!, policy, errors);
        return errors;
    }
}
