using System.Text.Json.Serialization;

namespace MailFunctions.Contracts;

/// <summary>The answer to <c>GET templates/{name}</c>: one version of a template.</summary>
/// <param name="Latest">The number of the newest version.</param>
public sealed record TemplateAnswer(
    string Name,
    int Version,
    int Latest,
    DateTimeOffset CreatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Subject,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Text,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Html);

/// <summary>The answer to <c>PUT templates/{name}</c>.</summary>
/// <param name="Changed">A version was made; false when the newest already had this content.</param>
public sealed record TemplateSaved(string Name, int Version, DateTimeOffset CreatedAt, bool Changed);

/// <summary>The answer to <c>POST templates/{name}/render</c>: the rendered parts of a mail; none is sent.</summary>
public sealed record TemplateRendered(
    string Name,
    int Version,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Subject,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Text,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Html);

/// <summary>The answer to <c>GET templates</c>.</summary>
/// <param name="After">The cursor for the next page, to be sent as <c>after</c>; null on the last.</param>
public sealed record TemplatePage(IReadOnlyList<TemplateListed> Data, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? After);

/// <param name="Version">The number of the newest version.</param>
public sealed record TemplateListed(string Name, int Version, DateTimeOffset UpdatedAt);
