namespace MailFunctions.Templates;

/// <summary>Stores templates: content that differs from the newest becomes a new version; a number never means two contents.</summary>
internal sealed class TemplateStore(TemplateTable table, TimeProvider clock)
{
    private const int MaxTries = 20;

    private const int PageSize = 100;

    /// <summary>Makes a new version, unless the newest has the same content.</summary>
    /// <param name="content">Parsed and within the bounds.</param>
    /// <param name="expected">Returns whether the caller wants to replace the newest version, given its number; null when
    /// there is none.</param>
    /// <returns>Null when the caller does not want to replace the newest version.</returns>
    /// <exception cref="TimeoutException">Other callers kept writing the same template.</exception>
    public async Task<SavedTemplate?> SaveAsync(string name, TemplateContent content, Func<int?, bool> expected, CancellationToken cancellationToken)
    {
        var (hash, compressed) = (content.Hash, content.Compress());
        for (var attempt = 1; attempt <= MaxTries; attempt++)
        {
            var head = await table.ReadHeadAsync(name, cancellationToken);
            var live = head is { IsDeleted: false };
            if (!expected(live ? head!.Version : null))
                return null;
            if (live && head!.Hash == hash)
                return new SavedTemplate(head, IsNew: false, IsChanged: false);
            if (live && head!.Count >= TemplateLimits.Versions)
                return new SavedTemplate(head, IsNew: false, IsChanged: false) { IsFull = true };
            if (!live)
                await table.AddNameAsync(name, cancellationToken);
            if (head is { IsDeleted: true })
                await table.RemoveVersionsAsync(name, head.Version, cancellationToken);

            var version = (head?.Version ?? 0) + 1;
            var next = new TemplateHead(name) { Version = version, First = live ? head!.First : version, Hash = hash, UpdatedAt = clock.GetUtcNow(), ETag = head?.ETag ?? default };
            if (await table.TryAddAsync(next, compressed, cancellationToken))
                return new SavedTemplate(next, IsNew: !live, IsChanged: true);
        }

        throw new TimeoutException("The template is written by others all the time.");
    }

    /// <param name="version">Null for the newest.</param>
    /// <returns>A null head when there is no such template; a null version when it has no such version.</returns>
    public async Task<(TemplateHead? Head, TemplateVersion? Version)> ReadAsync(string name, int? version, CancellationToken cancellationToken)
    {
        var head = await ReadHeadAsync(name, cancellationToken);
        var wanted = version ?? head?.Version ?? 0;
        return head is null || !head.Has(wanted) ? (head, null) : (head, await table.ReadVersionAsync(name, wanted, cancellationToken));
    }

    /// <returns>Null when there is no such template.</returns>
    public async Task<TemplateHead?> ReadHeadAsync(string name, CancellationToken cancellationToken) =>
        TemplateName.IsValid(name) && await table.ReadHeadAsync(name, cancellationToken) is { IsDeleted: false } head ? head : null;

    /// <summary>Deletes a template: marks its head as deleted, which is the commit, then removes its versions.</summary>
    /// <returns>False when there was none; null when <paramref name="expected"/> rejects the newest version.</returns>
    public async Task<bool?> DeleteAsync(string name, Func<int?, bool> expected, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= MaxTries; attempt++)
        {
            var head = TemplateName.IsValid(name) ? await table.ReadHeadAsync(name, cancellationToken) : null;
            if (head is null)
                return false;
            if (!head.IsDeleted && !expected(head.Version))
                return null;
            if (!head.IsDeleted && !await table.TryWriteAsync(head with { First = head.Version + 1, UpdatedAt = clock.GetUtcNow() }, cancellationToken))
                continue;

            // This includes the versions left by an interrupted delete.
            await table.RemoveVersionsAsync(name, head.Version, cancellationToken);
            return !head.IsDeleted;
        }

        throw new TimeoutException("The template is written by others all the time.");
    }

    /// <summary>Removes the versions of deleted templates, left by interrupted deletes.</summary>
    public async Task RemoveLeftoversAsync(CancellationToken cancellationToken)
    {
        var after = "";
        while (await table.ReadNamesAsync(after, PageSize, cancellationToken) is { Count: > 0 } names)
        {
            foreach (var name in names)
            {
                if (await table.ReadHeadAsync(name, cancellationToken) is { IsDeleted: true } head)
                    await table.RemoveVersionsAsync(name, head.Version, cancellationToken);
            }

            after = names[^1];
        }
    }

    /// <summary>Lists the templates after a name, in the order of their names, without deleted ones.</summary>
    /// <returns>The heads, and the name to continue after; null at the end.</returns>
    public async Task<(IReadOnlyList<TemplateHead> Heads, string? After)> ListAsync(string after, int count, Func<string, bool> isListed, CancellationToken cancellationToken)
    {
        var heads = new List<TemplateHead>();
        while (await table.ReadNamesAsync(after, count, cancellationToken) is { Count: > 0 } names)
        {
            foreach (var head in await Task.WhenAll(names.Where(isListed).Select(name => ReadHeadAsync(name, cancellationToken))))
            {
                if (heads.Count == count)
                    return (heads, heads[^1].Name);
                if (head is not null)
                    heads.Add(head);
            }

            after = names[^1];
        }

        return (heads, null);
    }
}

/// <param name="IsNew">No template had this name.</param>
/// <param name="IsChanged">A version was made; false when the newest already has this content.</param>
internal sealed record SavedTemplate(TemplateHead Head, bool IsNew, bool IsChanged)
{
    /// <summary>Nothing was saved, because the template already has <see cref="TemplateLimits.Versions"/>.</summary>
    public bool IsFull { get; init; }
}
