using Azure;

namespace MailFunctions.Templates;

/// <summary>
/// The row that states which versions a template has. It outlives a delete, so that a number never refers to two contents.
/// </summary>
internal sealed record TemplateHead(string Name)
{
    /// <summary>The newest version; counted from 1.</summary>
    public required int Version { get; init; }

    /// <summary>The oldest version that is kept; greater than <see cref="Version"/> when the template was deleted.</summary>
    public required int First { get; init; }

    /// <summary>The hash of the newest version's content.</summary>
    public required string Hash { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public ETag ETag { get; init; }

    public bool IsDeleted => First > Version;

    /// <summary>The number of versions.</summary>
    public int Count => Version - First + 1;

    public bool Has(int version) => version >= First && version <= Version;
}

/// <summary>One version of a template, which never changes.</summary>
/// <param name="Token">Identifies the write that made the version.</param>
internal sealed record TemplateVersion(string Name, int Version, DateTimeOffset CreatedAt, TemplateContent Content, string Token);
