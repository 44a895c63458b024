using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using MailFunctions.Http;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.TemplateApi;

internal sealed record TemplateListed(string Name, int Version, DateTimeOffset UpdatedAt);

/// <param name="After">What to give as <c>after</c> for the next page; null when this is the last.</param>
internal sealed record TemplatePage(IReadOnlyList<TemplateListed> Data, string? After);

/// <param name="Latest">The number of the newest version.</param>
internal sealed record TemplateAnswer(string Name, int Version, int Latest, DateTimeOffset CreatedAt, string? Subject, string? Text, string? Html);

/// <param name="Changed">A version was made; else the newest had this content already.</param>
internal sealed record TemplateSaved(string Name, int Version, DateTimeOffset CreatedAt, bool Changed);

internal sealed record TemplateRendered(string Name, int Version, string? Subject, string? Text, string? Html);

/// <summary>JSON with the newest version's number for an entity tag, for If-Match; without one when it is about another version.</summary>
internal sealed class TaggedResult<T>(T value, JsonTypeInfo<T> type, int? version, int status = StatusCodes.Status200OK) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        if (version is { } number)
            httpContext.Response.Headers.ETag = VersionCondition.Tag(number);
        return JsonAnswer.WriteAsync(httpContext, status, value, type);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.Never)]
[JsonSerializable(typeof(TemplatePage))]
[JsonSerializable(typeof(TemplateAnswer))]
[JsonSerializable(typeof(TemplateSaved))]
[JsonSerializable(typeof(TemplateRendered))]
internal sealed partial class TemplateJson : JsonSerializerContext;
