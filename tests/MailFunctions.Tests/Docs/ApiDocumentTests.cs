using System.Reflection;
using System.Text.RegularExpressions;
using MailFunctions.Api.Emails;
using MailFunctions.Api.Suppressions;
using MailFunctions.Http;
using MailFunctions.Http.Requests;
using MailFunctions.Intake;
using MailFunctions.Intake.Idempotency;
using MailFunctions.Suppression;
using MailFunctions.Templates;
using MailFunctions.Templates.Filters;

namespace MailFunctions.Tests.Docs;

public sealed partial class ApiDocumentTests
{
    private static readonly string Document = RepositoryFile.Read("docs/api.md");

    [Fact]
    public void The_error_table_has_exactly_the_problems_that_are_answered_with()
    {
        var made = typeof(Problem).GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Where(method => method.ReturnType == typeof(Problem))
            .Select(method => (Problem)method.Invoke(null, [.. method.GetParameters().Select(Argument)])!)
            .Select(problem => $"{problem.Status} {problem.Name}")
            .Append("500 internal_error");
        var documented = RepositoryFile.TableRows(Document, "Errors").Select(row => $"{row[0]} {row[1].Trim('`')}");

        Assert.Equal(made.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_http_trigger_has_a_heading_and_every_heading_a_trigger()
    {
        var triggers = RepositoryFile.All("src/MailFunctions.Triggers", "*.cs")
            .SelectMany(source => HttpTrigger().Matches(source))
            .Where(match => !match.Groups[2].Value.StartsWith("keyed/", StringComparison.Ordinal))
            .Select(match => $"{match.Groups[1].Value.ToUpperInvariant()} {match.Groups[2].Value}");
        var headings = CallHeading().Matches(Document + RepositoryFile.Read("docs/resend.md")).Select(match => match.Groups[1].Value);

        Assert.Equal(triggers.Order(StringComparer.Ordinal), headings.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_field_table_has_exactly_the_fields_that_are_read()
    {
        var documented = RepositoryFile.TableRows(Document, "POST emails").Select(row => row[0].Trim('`'));

        Assert.Equal(EmailRequestParser.Known.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_parameter_table_has_exactly_the_parameters_that_are_read()
    {
        var documented = RepositoryFile.TableRows(Document, "GET emails").SelectMany(row => row[0].Split(", ")).Select(name => name.Trim('`'));

        Assert.Equal(EmailListReader.Known.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_limits_are_those_of_the_code()
    {
        var limits = string.Join('\n', RepositoryFile.TableRows(Document, "Limits").Select(row => $"{row[0]}: {row[1]}"));

        Assert.Equal(
            FormattableString.Invariant($"""
                recipients in to, cc and bcc together: {EmailLimits.Recipients}
                addresses in reply_to: {EmailLimits.ReplyTo}
                body of the request: {RequestLimits.BodyBytes / 1024 / 1024} MiB
                attachments: {EmailLimits.Attachments}, {EmailLimits.AttachmentBytes / 1024 / 1024} MiB decoded, all together
                files that attachments refer to: {EmailLimits.ReferencedFiles:N0} different ones in a request, {EmailLimits.ReferencedBytes / 1024 / 1024} MiB together
                text and html, each: {EmailLimits.BodyChars:N0} characters
                subject: {EmailLimits.SubjectChars} characters
                headers: {EmailLimits.Headers}, {EmailLimits.HeaderValueBytes / 1024} KiB each
                calendar: {EmailLimits.CalendarChars:N0} characters
                tags: {EmailLimits.Tags}, name and value {EmailLimits.TagChars} characters each
                emails in a batch: {EmailLimits.BatchEmails:N0}
                scheduled_at: {EmailLimits.ScheduledWithin.TotalDays:0} days ahead
                expires_at: {EmailLimits.ExpiresWithin.TotalDays:0} days ahead, or after scheduled_at
                Idempotency-Key: {IdempotencyKey.MaxChars} characters
                suppressions in one import: {SuppressionRequestReader.MaxImport:N0}
                addresses on the suppression list: about {SuppressionBounds.Default.Import:N0} by imports, {SuppressionBounds.Default.Single:N0} by single calls
                what the templates of one request come to, and what texts made of html have beyond it: {TemplateLimits.RequestChars:N0} characters together
                versions of a template: {TemplateLimits.Versions:N0}; a delete removes all of them
                note of a suppression: {SuppressionRequestReader.NoteChars} characters
                """).ReplaceLineEndings("\n"),
            limits);
    }

    [Fact]
    public void The_limits_of_a_template_are_those_of_the_code()
    {
        var rows = RepositoryFile.TableRows(Document, "Limits of a template").Select(row => row[1]);

        Assert.Equal(
            [
                FormattableString.Invariant($"{TemplateLimits.PartChars:N0} characters"), $"{TemplateLimits.StoredBytes / 1024} KiB",
                $"{TemplateLimits.SubjectChars} characters", FormattableString.Invariant($"{TemplateLimits.OutputChars:N0} characters"),
                $"{TemplateLimits.Nesting}", $"{TemplateLimits.ExpressionParts}", FormattableString.Invariant($"{TemplateLimits.StatementParts:N0}"),
                FormattableString.Invariant($"{TemplateLimits.Steps:N0}"), FormattableString.Invariant($"{TemplateLimits.Evaluations:N0}"),
                FormattableString.Invariant($"{TemplateLimits.FilteredChars:N0}"), FormattableString.Invariant($"{TemplateLimits.ListItems:N0}"),
                $"{TemplateLimits.RenderTime.TotalSeconds:0} s",
            ],
            rows);
    }

    [Fact]
    public void The_filters_of_a_template_are_those_of_the_code()
    {
        var line = Document.Split('\n').Single(line => line.StartsWith("- **Filters**", StringComparison.Ordinal));
        var documented = Code().Matches(line.Split(". Dates")[0]).Select(match => match.Groups[1].Value);

        Assert.Equal(LiquidFilters.Names.Order(StringComparer.Ordinal), documented);
    }

    private static object? Argument(ParameterInfo parameter) => parameter.ParameterType switch
    {
        var type when type == typeof(string) => "",
        var type when type == typeof(IReadOnlyList<ProblemError>) => Array.Empty<ProblemError>(),
        var type => Activator.CreateInstance(type),
    };

    [GeneratedRegex("""HttpTrigger\(AuthorizationLevel\.\w+, "(\w+)"(?:, "head")?, Route = "([^"]+)"\)""")]
    private static partial Regex HttpTrigger();

    [GeneratedRegex("^#{2,3} ((?:GET|POST|PUT|PATCH|DELETE) \\S+)$", RegexOptions.Multiline)]
    private static partial Regex CallHeading();

    [GeneratedRegex("`([a-z0-9_]+)`")]
    private static partial Regex Code();
}
