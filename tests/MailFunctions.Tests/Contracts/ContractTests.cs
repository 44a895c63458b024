using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MailFunctions.Api.Suppressions;
using MailFunctions.Http.Requests;
using MailFunctions.Intake;
using MailFunctions.Mail;
using MailFunctions.Statistics;
using MailFunctions.Suppression;
using MailFunctions.Templates;
using MailFunctions.Tests.Api.Reference;
using MailFunctions.Tests.App;
using MailFunctions.Tests.Docs;
using MailFunctions.Tests.Intake;

namespace MailFunctions.Tests.Contracts;

/// <summary>Answers are written and read by one type. Requests are read by a parser of their own, and names are enums in the server: these tests hold them together.</summary>
public sealed class ContractTests
{
    private static readonly EmailMessage Full = new()
    {
        From = "Zoë’s Shop <shop@example.org>",
        To = ["Ada <ada@example.com>", "bob@example.net"],
        Cc = ["carol@example.com"],
        Bcc = ["dave@example.com"],
        ReplyTo = ["help@example.com"],
        Subject = "Rechnung für März 😀",
        Text = "Grüße",
        Html = "<p>Grüße <img src=\"cid:logo\"></p>",
        Headers = new Dictionary<string, string> { ["X-Order"] = "42" },
        Attachments =
        [
            new("Rechnung.pdf", Encoding.UTF8.GetBytes("%PDF ÿ+/")) { ContentType = "application/pdf" },
            new("logo.png", new byte[] { 251, 255, 254 }) { ContentId = "logo" },
        ],
        Tags = [new("kind", "invoice")],
        Lane = EmailLane.Bulk,
        ScheduledAt = EmailRequests.Now + TimeSpan.FromTicks(36_000_000_001),
        ExpiresAt = EmailRequests.Now + TimeSpan.FromHours(8),
        OnUncertain = UncertainPolicyName.AssumeSent,
    };

    public static TheoryData<string> Fields => [.. EmailRequestParser.Known];

    /// <summary>No field takes a truth value: one that is accepted is not read.</summary>
    [Theory]
    [MemberData(nameof(Fields))]
    public async Task A_field_of_the_contract_is_read_by_the_server(string field)
    {
        var refused = await EmailRequests.ReadAsync($$"""{"{{field}}":true}""");

        Assert.Contains(refused.Problem!.Errors, error => error.Pointer == $"/{field}" && !error.Message.Contains("no field that is known", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_full_request_is_accepted_and_read_as_it_was_meant()
    {
        var draft = await EmailRequests.DraftAsync(JsonSerializer.Serialize(Full, ContractsJson.Default.EmailMessage));

        Assert.Equal("Zoë’s Shop", draft.Content.From.DisplayName);
        Assert.Equal((2, 1, 1, 1), (draft.Content.To.Count, draft.Content.Cc.Count, draft.Bcc.Count, draft.Content.ReplyTo.Count));
        Assert.Equal((Full.Subject, Full.Text, Full.Html), (draft.Content.Subject, draft.Content.Text, draft.Content.Html));
        Assert.Equal(new HeaderField("X-Order", "42"), Assert.Single(draft.Content.Headers));
        Assert.Equal(Full.Attachments!.Select(file => (file.FileName!, Convert.ToHexString(file.Content!.Value.Span))), draft.Content.Attachments.Select(file => (file.FileName, Convert.ToHexString(file.Bytes.Span))));
        Assert.Equal(("application/pdf", "logo"), (draft.Content.Attachments[0].ContentType, draft.Content.Attachments[1].ContentId));
        Assert.Equal(new Tag("kind", "invoice"), Assert.Single(draft.Tags));
        Assert.Equal((Lane.Bulk, Full.ScheduledAt, Full.ExpiresAt, UncertainPolicy.AssumeSent), (draft.Lane, draft.ScheduledAt, draft.ExpiresAt, draft.OnUncertain));
    }

    [Theory]
    [InlineData(null, "june.pdf")]
    [InlineData("Juni.pdf", "Juni.pdf")]
    public void A_file_by_reference_is_read_as_it_was_meant(string? named, string expected)
    {
        var email = Full with { Attachments = [EmailAttachment.FromBlob("reports/june.pdf", named) with { ContentType = "application/pdf" }] };
        var june = new FileReference("files", "reports/june.pdf", "\"0x1\"", "00", 1000);
        var files = new FileSet("files", new Dictionary<string, FoundFile> { [june.Name] = new(june, june.Length, null) });
        var errors = new ErrorList();
        var body = RequestOutline.Parse(JsonSerializer.SerializeToUtf8Bytes(email, ContractsJson.Default.EmailMessage), errors, EmailLimits.JsonValues);

        var draft = new EmailRequestParser(errors, EmailRequests.Now, new RequestLookups(TemplateSet.Empty, files), EmailRequests.NoSandbox).Parse(body.Value!);

        Assert.Empty(errors.Listed);
        var file = Assert.Single(draft!.Content.Attachments);
        Assert.Equal((expected, "application/pdf", june), (file.FileName, file.ContentType, file.Reference));
    }

    [Fact]
    public async Task An_invitation_is_read_as_it_was_meant()
    {
        var email = Full with { Attachments = null, Calendar = new("BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\nEND:VCALENDAR\r\n") { Method = "CANCEL", FileName = "invite.ics" } };

        var draft = await EmailRequests.DraftAsync(JsonSerializer.Serialize(email, ContractsJson.Default.EmailMessage));

        Assert.Equal(
            [("invite.ics", "text/calendar; charset=utf-8; method=CANCEL", true, email.Calendar.Content), ("invite.ics", "application/ics", false, email.Calendar.Content)],
            draft.Content.Attachments.Select(file => (file.FileName, file.ContentType, file.IsAlternative, Encoding.UTF8.GetString(file.Bytes.Span))));
    }

    [Fact]
    public async Task A_template_is_named_as_the_server_reads_it()
    {
        var email = new EmailMessage { From = "a@example.org", To = ["b@example.com"], Template = new("welcome") { Version = 3, Variables = new JsonObject { ["name"] = "Ada" } } };

        var json = JsonSerializer.Serialize(email, ContractsJson.Default.EmailMessage);
        var refused = await EmailRequests.ReadAsync(json);

        Assert.Contains("""{"name":"welcome","version":3,"variables":{"name":"Ada"}}""", json, StringComparison.Ordinal);
        Assert.DoesNotContain(refused.Problem!.Errors, error => error.Message.Contains("no field that is known", StringComparison.Ordinal));
    }

    [Fact]
    public void Names_of_states_lanes_and_policies_are_the_same_in_client_and_server()
    {
        Assert.Equal(Enum.GetValues<EmailState>().Where(state => state != EmailState.Void).Select(state => state.Name()).Order(StringComparer.Ordinal), Names(typeof(EmailStatus)));
        Assert.Equal(Enum.GetValues<Lane>().Select(lane => lane.Name()).Order(StringComparer.Ordinal), Names(typeof(EmailLane)));
        Assert.Equal(Enum.GetValues<SuppressionReason>().Select(reason => reason.Name()).Order(StringComparer.Ordinal), Names(typeof(SuppressionReasonName)));
        Assert.Equal(Enum.GetValues<SuppressionScope>().Select(scope => scope.Name()).Order(StringComparer.Ordinal), Names(typeof(SuppressionScopeName)));
        Assert.Equal(Granularities.Names.Order(StringComparer.Ordinal), Names(typeof(StatisticsGranularity)));
        Assert.Equal(Dimensions.Names.Order(StringComparer.Ordinal), Names(typeof(StatisticsDimension)));
        Assert.Equal(OpenApiJson.Api.Schema("Decision").GetProperty("properties").GetProperty("as").GetProperty("enum").EnumerateArray().Select(name => name.GetString()!).Order(StringComparer.Ordinal), Names(typeof(DecisionName)));
        Assert.Equal(SuppressionRequestReader.MaxImport, SuppressionImport.MaxSuppressions);
        Assert.Equal(Enum.GetNames<UncertainPolicy>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName).Order(StringComparer.Ordinal), Names(typeof(UncertainPolicyName)));
    }

    [Fact]
    public void The_names_of_problems_are_those_of_the_table_of_errors() => Assert.Equal(
        RepositoryFile.TableRows(RepositoryFile.Read("docs/api.md"), "Errors").Select(row => row[1].Trim('`')).Order(StringComparer.Ordinal),
        Names(typeof(ProblemName)));

    [Fact]
    public void Contracts_need_nothing_and_the_client_nothing_of_the_server()
    {
        Assert.Empty(References("Contracts"));
        Assert.Equal(["../MailFunctions.Contracts/MailFunctions.Contracts.csproj", "Microsoft.Extensions.Http", "Polly.Core"], References("Client"));
        Assert.Equal(["../MailFunctions.Client/MailFunctions.Client.csproj"], References("Client.Identity"));
    }

    private static IEnumerable<string> References(string project) => Repository.Xml($"src/MailFunctions.{project}/MailFunctions.{project}.csproj").Descendants()
        .Where(element => element.Name.LocalName is "ProjectReference" or "PackageReference")
        .Select(element => (string)element.Attribute("Include")!)
        .Order(StringComparer.Ordinal);

    private static IEnumerable<string> Names(Type type) => type.GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (string)field.GetRawConstantValue()!)
        .Order(StringComparer.Ordinal);
}
