using System.Globalization;
using MailFunctions.Http;
using MailFunctions.Http.Requests;
using MailFunctions.Keys.Callers;
using MailFunctions.Templates;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Api.Templates;

/// <summary>The calls about templates.</summary>
public sealed class TemplateCalls
{
    private const int DefaultPage = 50;
    private const int MaxPage = 200;

    private static readonly string Full = string.Create(
        CultureInfo.InvariantCulture, $"names a template that has {TemplateLimits.Versions:N0} versions, which is as many as one may have; delete it, or use another name");

    private readonly TemplateStore _store;
    private readonly TemplateLoader _loader;

    internal TemplateCalls(TemplateStore store, TemplateLoader loader) => (_store, _loader) = (store, loader);

    /// <summary><c>GET templates?limit&amp;after</c>.</summary>
    public async Task<IResult> ListAsync(HttpRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var parameters = new QueryParameters(request.Query, ["limit", "after"]);
        var limit = parameters.Number("limit", MaxPage) ?? DefaultPage;
        var after = parameters.One("after") ?? "";
        if (after.Length > 0 && !TemplateName.IsValid(after))
            parameters.Refuse("after", "must be what the page before gave");
        if (parameters.Problem is { } problem)
            return problem.ToResult();

        var (heads, next) = await _store.ListAsync(after, limit, caller.SeesTemplate, cancellationToken);
        var data = heads.Select(head => new TemplateListed(head.Name, head.Version, head.UpdatedAt)).ToList();
        return new JsonResult<TemplatePage>(new TemplatePage(data, next), ContractsJson.Default.TemplatePage);
    }

    /// <summary><c>GET templates/{name}?version</c>.</summary>
    public async Task<IResult> ReadAsync(string name, HttpRequest request, Caller caller, CancellationToken cancellationToken)
    {
        if (!caller.SeesTemplate(name))
            return NotOfTheKey();
        var parameters = new QueryParameters(request.Query, ["version"]);
        var number = parameters.Number("version", int.MaxValue);
        if (parameters.Problem is { } problem)
            return problem.ToResult();

        var (head, version) = await _store.ReadAsync(name, number, cancellationToken);
        if (head is null || version is null)
            return NotFound(head is null ? "template of this name" : "such version of this template");

        var (subject, text, html) = version.Content;
        return new TaggedResult<TemplateAnswer>(
            new TemplateAnswer(name, version.Version, head.Version, version.CreatedAt, subject, text, html), ContractsJson.Default.TemplateAnswer, version.Version == head.Version ? head.Version : null);
    }

    /// <summary><c>PUT templates/{name}</c>: 201 for a new name, otherwise 200, with or without a new version.</summary>
    public async Task<IResult> PutAsync(string name, HttpRequest request, Caller caller, CancellationToken cancellationToken)
    {
        if (!caller.SeesTemplate(name))
            return NotOfTheKey();
        var content = await TemplateRequestReader.ReadContentAsync(name, request, cancellationToken);
        if (!content.Succeeded)
            return content.Problem.ToResult();
        if (await _store.SaveAsync(name, content.Value, VersionCondition.Of(request), cancellationToken) is not { } saved)
            return Changed();
        if (saved.IsFull)
            return Problem.WrongParameters([new ProblemError(Full, Parameter: "name")]).ToResult();

        var answer = new TemplateSaved(name, saved.Head.Version, saved.Head.UpdatedAt, saved.IsChanged);
        return new TaggedResult<TemplateSaved>(
            answer, ContractsJson.Default.TemplateSaved, saved.Head.Version, saved.IsNew ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    /// <summary><c>DELETE templates/{name}</c>: deletes all versions. Accepted mail has its content already.</summary>
    public async Task<IResult> DeleteAsync(string name, HttpRequest request, Caller caller, CancellationToken cancellationToken) =>
        !caller.SeesTemplate(name) ? NotOfTheKey() : await _store.DeleteAsync(name, VersionCondition.Of(request), cancellationToken) switch
        {
            true => Results.NoContent(),
            false => NotFound("template of this name"),
            null => Changed(),
        };

    /// <summary><c>POST templates/{name}/render</c>: renders a mail without sending it.</summary>
    public async Task<IResult> RenderAsync(string name, HttpRequest request, Caller caller, CancellationToken cancellationToken)
    {
        if (!caller.SeesTemplate(name))
            return NotOfTheKey();
        var preview = await TemplateRequestReader.ReadPreviewAsync(request, cancellationToken);
        if (!preview.Succeeded)
            return preview.Problem.ToResult();
        if (await _store.ReadHeadAsync(name, cancellationToken) is null)
            return NotFound("template of this name");

        var reference = new TemplateReference(name, preview.Value.Version);
        var templates = await _loader.LoadAsync([reference], caller.SeesTemplate, HeldMemory.Of(request), cancellationToken);
        var (rendered, version, faults) = templates.Render(reference, preview.Value.Variables, withSubject: true);
        if (templates.IsStarved)
            return Problem.ServerBusy(RequestBody.BusyRetryAfter).ToResult();
        return rendered is null
            ? Problem.Validation([.. faults.Select(fault => fault.ToError(at: ""))]).ToResult()
            : new JsonResult<TemplateRendered>(new TemplateRendered(name, version, rendered.Subject, rendered.Text, rendered.Html), ContractsJson.Default.TemplateRendered);
    }

    private static IResult NotFound(string what) => Problem.NotFound($"There is no {what}.").ToResult();

    private static IResult NotOfTheKey() => Problem.RestrictedApiKey("The template is not among those that it is limited to.").ToResult();

    private static IResult Changed() => Problem.PreconditionFailed("The template has another version than If-Match names, or is there in spite of If-None-Match.").ToResult();
}
