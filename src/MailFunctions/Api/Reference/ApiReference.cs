using MailFunctions.Http;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Api.Reference;

/// <summary>
/// What describes the calls: <c>GET openapi.json</c>, and <c>GET docs</c>, a page to read it on. Open to anybody, for it
/// says what the project's own documentation says.
/// </summary>
public sealed class ApiReference
{
    private const string Page = "/docs";

    private static readonly Type Own = typeof(ApiReference);

    /// <summary>The viewer's own index is left out: it holds scripts within the page, which the page's policy forbids.</summary>
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

    /// <summary><c>GET docs</c> and the files below it.</summary>
    public IResult Show(HttpRequest request)
    {
        var path = request.Path.Value ?? "";
        var file = path[(path.LastIndexOf(Page, StringComparison.OrdinalIgnoreCase) + Page.Length)..];
        return file switch
        {
            "" => _page,
            // What the page asks for is relative to it.
            "/" => Results.Redirect("../docs"),
            _ => _files.TryGetValue(file[1..], out var known) ? known : Problem.NotFound("There is no such page.").ToResult(),
        };
    }
}
