using System.Text.Json.Nodes;
using MailFunctions.Client.Calls;

namespace MailFunctions.Client;

/// <summary>The calls for templates.</summary>
public sealed class TemplatesClient
{
    private readonly Caller _caller;

    internal TemplatesClient(Caller caller) => _caller = caller;

    /// <summary><c>PUT templates/{name}</c>: creates a version, unless the newest already has this content.</summary>
    /// <param name="ifVersion">
    /// Refused as <see cref="ProblemName.PreconditionFailed"/> when another version is the newest, also when a try whose
    /// answer was lost has created one.
    /// </param>
    public Task<TemplateSaved> PutAsync(string name, TemplateSource source, int? ifVersion = null, CancellationToken cancellationToken = default) => _caller.CallAsync(
        (new ApiCall(HttpMethod.Put, PathOf(name)) { IfVersion = ifVersion }).With(source, ContractsJson.Default.TemplateSource), ContractsJson.Default.TemplateSaved, cancellationToken);

    /// <summary><c>GET templates/{name}</c>: returns one version.</summary>
    /// <param name="version">The newest when absent.</param>
    public Task<TemplateAnswer> GetAsync(string name, int? version = null, CancellationToken cancellationToken = default) => _caller.CallAsync(
        new ApiCall(HttpMethod.Get, ApiCall.WithQuery(PathOf(name), ("version", ApiCall.Text(version)))), ContractsJson.Default.TemplateAnswer, cancellationToken);

    /// <summary>
    /// <c>DELETE templates/{name}</c>: deletes all versions; refused as <see cref="ProblemName.NotFound"/> when there is
    /// none, also when a try whose answer was lost has deleted it.
    /// </summary>
    public Task DeleteAsync(string name, CancellationToken cancellationToken = default) =>
        _caller.DoAsync(new ApiCall(HttpMethod.Delete, PathOf(name)), cancellationToken);

    /// <summary><c>GET templates</c>: lists all; pages are fetched as needed.</summary>
    /// <param name="pageSize">The number of templates in one call to the server; default 50; 1 to 200.</param>
    public IAsyncEnumerable<TemplateListed> ListAsync(int? pageSize = null, CancellationToken cancellationToken = default) => _caller.ListAsync(
        after => ApiCall.WithQuery("templates", ("limit", ApiCall.Text(pageSize)), ("after", after)), ContractsJson.Default.TemplatePage, page => (page.Data, page.After), cancellationToken);

    /// <summary><c>POST templates/{name}/render</c>: returns the mail that it would make, without sending it.</summary>
    /// <param name="version">The newest when absent.</param>
    public Task<TemplateRendered> RenderAsync(string name, JsonObject? variables = null, int? version = null, CancellationToken cancellationToken = default) => _caller.CallAsync(
        new ApiCall(HttpMethod.Post, $"{PathOf(name)}/render").With(new TemplatePreview(version, variables), ContractsJson.Default.TemplatePreview), ContractsJson.Default.TemplateRendered, cancellationToken);

    private static string PathOf(string name) => $"templates/{ApiCall.Segment(name)}";
}
