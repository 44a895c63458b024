using System.Text.Json.Nodes;

namespace MailFunctions.Contracts;

/// <summary>The body of <c>PUT templates/{name}</c>: the parts of a version in Liquid; at least one is required.</summary>
public sealed record TemplateSource
{
    /// <summary>Absent when each email has its own subject.</summary>
    public string? Subject { get; init; }

    /// <summary>Derived from the HTML when absent; the empty string for no text.</summary>
    public string? Text { get; init; }

    public string? Html { get; init; }
}

/// <summary>The body of <c>POST templates/{name}/render</c>.</summary>
/// <param name="Version">The newest when absent.</param>
public sealed record TemplatePreview(int? Version, JsonObject? Variables);
