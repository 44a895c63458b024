using MailFunctions.Http;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Api.Reference;

/// <summary>
/// Serves the description of the API: <c>GET openapi.json</c>, and <c>GET docs</c>, a page to read it on. Both are open to
/// anyone, since the project's public documentation contains the same.
/// </summary>
public sealed class ApiReference
{
    private const string Page = "/docs";

    private static readonly Type Own = typeof(ApiReference);

    /// <summary>
    /// Locates the files of the viewer. Its own index is left out, since it contains inline scripts, which the page's
    /// policy forbids.
    /// </summary>
    private static readonly Type Viewer = typeof(Swashbuckle.AspNetCore.SwaggerUI.SwaggerUIOptions);

    private readonly ReferenceFile _description = ReferenceFile.Read(Own, "openapi.json", "application/json; charset=utf-8");
    private readonly ReferenceFile _page = ReferenceFile.Read(Own, "docs.html", "text/html; charset=utf-8");

    private readonly Dictionary<string, ReferenceFile> _files = new(StringComparer.Ordinal)
    {
        ["start.js"] = ReferenceFile.Read(Own, "start.js", "text/javascript; charset=utf-8"),
        ["swagger-ui.css"] = ReferenceFile.Read(Viewer, "swagger-ui.css", "text/css; charset=utf-8"),
        ["swagger-ui-bundle.js"] = ReferenceFile.Read(Viewer, "swagger-ui-bundle.js", "text/javascript; charset=utf-8"),
        ["favicon-32x32.png"] = ReferenceFile.Read(Viewer, "favicon-32x32.png", "image/png"),
        ["LICENSE"] = ReferenceFile.Read(Viewer, "LICENSE", "text/plain; charset=utf-8"),
        ["NOTICE"] = ReferenceFile.Read(Viewer, "NOTICE", "text/plain; charset=utf-8"),
    };

    public IResult Describe() => _description;

    /// <summary>Serves <c>GET docs</c> and the files below it.</summary>
    public IResult Show(HttpRequest request)
    {
        var path = request.Path.Value ?? "";
        var file = path[(path.LastIndexOf(Page, StringComparison.OrdinalIgnoreCase) + Page.Length)..];
        return file switch
        {
            "" => _page,
            // The page's links are relative to its address without a slash at the end.
            "/" => Results.Redirect("../docs"),
            _ => _files.TryGetValue(file[1..], out var known) ? known : Problem.NotFound("There is no such page.").ToResult(),
        };
    }
}
