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
/// <param name="Changed">A version was made; else the newest had this content already.</param>
public sealed record TemplateSaved(string Name, int Version, DateTimeOffset CreatedAt, bool Changed);

/// <summary>The answer to <c>POST templates/{name}/render</c>: what a mail would be, and no mail.</summary>
public sealed record TemplateRendered(
    string Name,
    int Version,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Subject,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Text,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Html);

/// <summary>The answer to <c>GET templates</c>.</summary>
/// <param name="After">What to give as <c>after</c> for the next page; null when this is the last.</param>
public sealed record TemplatePage(IReadOnlyList<TemplateListed> Data, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? After);

/// <param name="Version">The number of the newest.</param>
public sealed record TemplateListed(string Name, int Version, DateTimeOffset UpdatedAt);
