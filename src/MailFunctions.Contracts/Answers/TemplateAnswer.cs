using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace MailFunctions.Contracts;

/// <summary>The answer to <c>GET templates/{name}</c>: one version of a template.</summary>
/// <param name="Latest">The number of the newest version.</param>
/// <param name="CreatedAt">The time at which this version was made.</param>
[Schema("Template")]
public sealed record TemplateAnswer(
    [Schema(SchemaNames.TemplateName)] string Name,
    [Range(1, int.MaxValue)] int Version,
    [Range(1, int.MaxValue)] int Latest,
    DateTimeOffset CreatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Subject,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Text,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Html);

/// <summary>The answer to <c>PUT templates/{name}</c>.</summary>
/// <param name="CreatedAt">The time at which this version was made.</param>
/// <param name="Changed">A version was made; false when the newest already had this content.</param>
[Schema("SavedTemplate")]
public sealed record TemplateSaved([Schema(SchemaNames.TemplateName)] string Name, [Range(1, int.MaxValue)] int Version, DateTimeOffset CreatedAt, bool Changed);

/// <summary>The answer to <c>POST templates/{name}/render</c>: the rendered parts of a mail; none is sent.</summary>
[Schema("RenderedTemplate")]
public sealed record TemplateRendered(
    [Schema(SchemaNames.TemplateName)] string Name,
    [Range(1, int.MaxValue)] int Version,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Subject,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Text,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Html);

/// <summary>The answer to <c>GET templates</c>.</summary>
/// <param name="After">The cursor for the next page, to be sent as <c>after</c>; null on the last.</param>
[Schema("TemplatePage")]
public sealed record TemplatePage(IReadOnlyList<TemplateListed> Data, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? After);

/// <param name="Version">The number of the newest version.</param>
/// <param name="UpdatedAt">The time at which that version was made.</param>
[Schema("ListedTemplate")]
public sealed record TemplateListed([Schema(SchemaNames.TemplateName)] string Name, [Range(1, int.MaxValue)] int Version, DateTimeOffset UpdatedAt);
