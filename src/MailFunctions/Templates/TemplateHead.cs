using Azure;

namespace MailFunctions.Templates;

/// <summary>The row of a template that says which of its versions there are. It outlives a delete, so that no number ever means two contents.</summary>
internal sealed record TemplateHead(string Name)
{
    /// <summary>The newest version; from 1.</summary>
    public required int Version { get; init; }

    /// <summary>The oldest version that is left; beyond <see cref="Version"/> when the template was deleted.</summary>
    public required int First { get; init; }

    /// <summary>Of the newest version's content.</summary>
    public required string Hash { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public ETag ETag { get; init; }

    public bool IsDeleted => First > Version;

    /// <summary>How many versions there are.</summary>
    public int Count => Version - First + 1;

    public bool Has(int version) => version >= First && version <= Version;
}

/// <summary>One version of a template, which never changes.</summary>
/// <param name="Token">Of the write that made it.</param>
internal sealed record TemplateVersion(string Name, int Version, DateTimeOffset CreatedAt, TemplateContent Content, string Token);
