using System.Text.Json.Serialization.Metadata;
using MailFunctions.Http;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Api.Templates;

/// <summary>
/// Answers with JSON and the newest version's number as an entity tag, for If-Match; without a tag when the body is another
/// version.
/// </summary>
internal sealed class TaggedResult<T>(T value, JsonTypeInfo<T> type, int? version, int status = StatusCodes.Status200OK) : IResult, IStatusCodeHttpResult
{
    public int? StatusCode => status;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        if (version is { } number)
            httpContext.Response.Headers.ETag = VersionCondition.Tag(number);
        return JsonAnswer.WriteAsync(httpContext, status, value, type);
    }
}
