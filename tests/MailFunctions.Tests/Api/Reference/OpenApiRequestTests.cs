using System.Text.Json;
using MailFunctions.Api.Emails;
using MailFunctions.Api.Statistics;
using MailFunctions.Api.Suppressions;
using MailFunctions.Http.Requests;
using MailFunctions.Intake;
using MailFunctions.Intake.Idempotency;
using MailFunctions.Ledger.Scans;
using MailFunctions.Mail;
using MailFunctions.Smtp.Relays;
using MailFunctions.Statistics;
using MailFunctions.Suppression;
using MailFunctions.Templates;

namespace MailFunctions.Tests.Api.Reference;

/// <summary>What is asked with: fields, words and bounds. The fields of every other body are compared where the calls are made.</summary>
public sealed class OpenApiRequestTests
{
    [Fact]
    public void The_fields_of_an_email_are_those_that_are_read() =>
        Assert.Equal(EmailRequestParser.Known, OpenApiJson.Members(OpenApiJson.Api.Schema("EmailFields")).All);

    [Fact]
    public void The_parameters_of_a_list_are_those_that_are_read() =>
        Assert.Equal(EmailListReader.Known, OpenApiJson.Api.Operations.Single(operation => operation.Id == "listEmails").Parameters.Select(parameter => parameter.Name));

    [Theory]
    [InlineData("Address/maxLength", EmailLimits.AddressChars)]
    [InlineData("Attachment/properties/filename/maxLength", EmailLimits.FileNameChars)]
    [InlineData("Attachment/properties/path/maxLength", 5 + BlobName.MaxChars)]
    [InlineData("Attachment/properties/content_type/maxLength", EmailLimits.ContentTypeChars)]
    [InlineData("Attachment/properties/content_id/maxLength", EmailLimits.ContentIdChars)]
    [InlineData("Calendar/properties/content/maxLength", EmailLimits.CalendarChars)]
    [InlineData("Calendar/properties/method/maxLength", EmailLimits.CalendarMethodChars)]
    [InlineData("Calendar/properties/filename/maxLength", EmailLimits.FileNameChars)]
    [InlineData("Tag/properties/name/maxLength", EmailLimits.TagChars)]
    [InlineData("Tag/properties/value/maxLength", EmailLimits.TagChars)]
    [InlineData("EmailFields/properties/to/oneOf/1/maxItems", EmailLimits.Recipients)]
    [InlineData("EmailFields/properties/cc/oneOf/1/maxItems", EmailLimits.Recipients)]
    [InlineData("EmailFields/properties/bcc/oneOf/1/maxItems", EmailLimits.Recipients)]
    [InlineData("EmailFields/properties/reply_to/oneOf/1/maxItems", EmailLimits.ReplyTo)]
    [InlineData("EmailFields/properties/subject/maxLength", EmailLimits.SubjectChars)]
    [InlineData("EmailFields/properties/text/maxLength", EmailLimits.BodyChars)]
    [InlineData("EmailFields/properties/html/maxLength", EmailLimits.BodyChars)]
    [InlineData("EmailFields/properties/headers/maxProperties", EmailLimits.Headers)]
    [InlineData("EmailFields/properties/headers/propertyNames/maxLength", EmailLimits.HeaderNameChars)]
    [InlineData("EmailFields/properties/headers/additionalProperties/maxLength", EmailLimits.HeaderValueBytes)]
    [InlineData("EmailFields/properties/attachments/maxItems", EmailLimits.Attachments)]
    [InlineData("EmailFields/properties/tags/maxItems", EmailLimits.Tags)]
    [InlineData("Batch/oneOf/0/maxItems", EmailLimits.BatchEmails)]
    [InlineData("BatchWithDefaults/properties/emails/maxItems", EmailLimits.BatchEmails)]
    [InlineData("AcceptedEmail/properties/recipients/maximum", EmailLimits.Recipients)]
    [InlineData("Problem/properties/errors/maxItems", RequestLimits.ListedErrors)]
    [InlineData("TemplateName/maxLength", TemplateLimits.NameChars)]
    [InlineData("TemplateContent/properties/subject/maxLength", TemplateLimits.PartChars)]
    [InlineData("TemplateContent/properties/text/maxLength", TemplateLimits.PartChars)]
    [InlineData("TemplateContent/properties/html/maxLength", TemplateLimits.PartChars)]
    [InlineData("Suppression/properties/note/maxLength", SuppressionRequestReader.NoteChars)]
    [InlineData("ListedSuppression/properties/note/maxLength", SuppressionRequestReader.NoteChars)]
    [InlineData("SuppressionImport/properties/suppressions/maxItems", SuppressionRequestReader.MaxImport)]
    [InlineData("Statistics/properties/buckets/maxItems", StatisticsQuery.MaxBuckets)]
    public void A_bound_is_that_of_the_code(string place, int bound)
    {
        var node = OpenApiJson.Api.Root.GetProperty("components").GetProperty("schemas");
        foreach (var part in place.Split('/'))
            node = node.ValueKind == JsonValueKind.Array ? node[int.Parse(part, System.Globalization.CultureInfo.InvariantCulture)] : node.GetProperty(part);

        Assert.Equal(bound, node.GetInt32());
    }

    [Fact]
    public void The_bounds_of_parameters_are_those_of_the_code()
    {
        var parameters = OpenApiJson.Api.Root.GetProperty("components").GetProperty("parameters");
        var (limit, key) = (parameters.GetProperty("Limit200").GetProperty("schema"), parameters.GetProperty("IdempotencyKey").GetProperty("schema"));

        Assert.Equal((EmailListQuery.DefaultLimit, EmailListQuery.MaxLimit), (limit.GetProperty("default").GetInt32(), limit.GetProperty("maximum").GetInt32()));
        Assert.Equal((1, IdempotencyKey.MaxChars), (key.GetProperty("minLength").GetInt32(), key.GetProperty("maxLength").GetInt32()));
    }

    public static TheoryData<string, string[]> Words => new()
    {
        { "Lane", [.. Enum.GetValues<Lane>().Select(lane => lane.Name())] },
        { "State", [.. Enum.GetValues<EmailState>().Where(state => state != EmailState.Void).Select(state => state.Name())] },
        { "UncertainPolicy", [.. SnakeCase<UncertainPolicy>()] },
        { "RecipientOutcome/properties/kind", [.. SnakeCase<RecipientKind>()] },
        { "RecipientOutcome/properties/status", [.. SnakeCase<RecipientStatus>()] },
        { "Reply/properties/stage", [.. SnakeCase<SmtpStage>()] },
        { "RelayOutlook/properties/left_alone_stage", [.. SnakeCase<SmtpStage>()] },
        { "RelayOutlook/properties/left_alone_cause", [.. SnakeCase<RelayCause>()] },
        { "EmailExplanation/properties/waiting_for", [.. SnakeCase<WaitReason>()] },
        { "PassedOverRelay/properties/reason", [.. SnakeCase<PassedOver>()] },
        { "SuppressionReason", [.. Enum.GetValues<SuppressionReason>().Select(reason => reason.Name())] },
        { "SuppressionScope", [.. Enum.GetValues<SuppressionScope>().Select(scope => scope.Name())] },
        { "Statistics/properties/granularity", [.. Granularities.Names] },
        { "Statistics/properties/dimension", [.. Dimensions.Names] },
        { "Problem/properties/name", [.. Problems()] },
    };

    [Theory]
    [MemberData(nameof(Words))]
    public void The_words_are_those_of_the_code(string place, string[] words)
    {
        var node = OpenApiJson.Api.Root.GetProperty("components").GetProperty("schemas");
        foreach (var part in place.Split('/'))
            node = node.GetProperty(part);

        Assert.Equal(words.Order(StringComparer.Ordinal), node.GetProperty("enum").EnumerateArray().Select(word => word.GetString()!).Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> SnakeCase<T>()
        where T : struct, Enum => Enum.GetNames<T>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName);

    /// <summary>Of those that docs/api.md lists, which another test compares with the code.</summary>
    private static IEnumerable<string> Problems() => Docs.RepositoryFile.TableRows(Docs.RepositoryFile.Read("docs/api.md"), "Errors").Select(row => row[1].Trim('`'));
}
