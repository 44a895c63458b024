using MailFunctions.Http;
using MailFunctions.Http.Requests;
using MailFunctions.Intake;
using MailFunctions.Templates;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Api.Templates;

/// <summary>Reads the requests about templates, and collects all errors in them.</summary>
internal static class TemplateRequestReader
{
    public static async Task<OrProblem<TemplateContent>> ReadContentAsync(string name, HttpRequest request, CancellationToken cancellationToken)
    {
        if (!TemplateName.IsValid(name))
            return Problem.WrongParameters([new ProblemError(TemplateName.Rule, Parameter: "name")]);

        var body = await RequestDocument.ReadAsync(request, EmailLimits.JsonValues, cancellationToken);
        if (!body.Succeeded)
            return body.Problem;
        var errors = body.Value.Errors;
        if (RequestFields.Of(body.Value.Root, errors, "subject", "text", "html") is not { } fields)
            return errors.ToProblem();

        var content = new TemplateContent(
            fields.Text(fields.Optional("subject"), TemplateLimits.PartChars),
            fields.Text(fields.Optional("text"), TemplateLimits.PartChars),
            fields.Text(fields.Optional("html"), TemplateLimits.PartChars));
        Check(content, errors);
        return errors.Any ? errors.ToProblem() : content;
    }

    public static async Task<OrProblem<PreviewRequest>> ReadPreviewAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var body = await RequestDocument.ReadAsync(request, EmailLimits.JsonValues, cancellationToken);
        if (!body.Succeeded)
            return body.Problem;
        var errors = body.Value.Errors;
        if (RequestFields.Of(body.Value.Root, errors, "version", "variables") is not { } fields)
            return errors.ToProblem();

        var preview = new PreviewRequest(ReadVersion(fields.Optional("version"), errors), TemplateVariablesReader.Read(fields.Optional("variables"), errors));
        return errors.Any ? errors.ToProblem() : preview;
    }

    private static void Check(TemplateContent content, ErrorList errors)
    {
        if (!errors.Any && string.IsNullOrEmpty(content.Subject) && string.IsNullOrEmpty(content.Text) && string.IsNullOrEmpty(content.Html))
            errors.Add("", "is empty: at least one of subject, text and html is needed");
        foreach (var fault in new ParsedTemplate(content).Faults)
            errors.Add(fault.Place, fault.Message);
        if (!errors.Any && content.Compress().Length > TemplateLimits.StoredBytes)
            errors.Add("", $"is too large: at most {TemplateLimits.StoredBytes / 1024} KiB are kept, compressed");
    }

    private static int? ReadVersion(RequestValue? value, ErrorList errors)
    {
        if (value is null)
            return null;
        if (TemplateRules.TryReadVersion(value, out var version))
            return version;
        errors.Add(value, "must be the number of a version, from 1");
        return null;
    }
}

/// <param name="Version">Null for the newest version.</param>
internal sealed record PreviewRequest(int? Version, TemplateVariables Variables);
