using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;

namespace MailFunctions.Contracts;

/// <summary>The body of <c>PUT templates/{name}</c>: the parts of a version in Liquid; at least one is required.</summary>
[Schema("TemplateContent", Rules = """{"minProperties": 1}""")]
public sealed record TemplateSource
{
    /// <summary>Absent when each email has its own subject.</summary>
    [MaxLength(262_144)]
    public string? Subject { get; init; }

    /// <summary>Derived from the HTML when absent; the empty string for no text.</summary>
    [MaxLength(262_144)]
    public string? Text { get; init; }

    [MaxLength(262_144)]
    public string? Html { get; init; }
}

/// <summary>The body of <c>POST templates/{name}/render</c>.</summary>
/// <param name="Version">The version, from 1; the newest when absent.</param>
[Schema("Preview")]
public sealed record TemplatePreview([Range(1, int.MaxValue)] int? Version, [Schema(SchemaNames.Variables)] JsonObject? Variables);
