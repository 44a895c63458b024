using System.Text.Json.Nodes;

namespace MailFunctions.Contracts;

/// <summary>The body of <c>PUT templates/{name}</c>: what a version is made of, in Liquid; at least one of them.</summary>
public sealed record TemplateSource
{
    /// <summary>Absent when each email brings its own.</summary>
    public string? Subject { get; init; }

    /// <summary>Made of the HTML when absent; none when empty.</summary>
    public string? Text { get; init; }

    public string? Html { get; init; }
}

/// <summary>The body of <c>POST templates/{name}/render</c>.</summary>
/// <param name="Version">The newest when absent.</param>
public sealed record TemplatePreview(int? Version, JsonObject? Variables);
