using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Storage;
using MailFunctions.Templates;
using Microsoft.Extensions.Options;

namespace MailFunctions.Maintenance.Retention;

/// <summary>Deletes rows left behind, once a day: versions of deleted templates, and index entries of mail no longer on hold.</summary>
internal sealed class OrphanedRows(TemplateStore templates, HeldIndex held, EmailLedger ledger, Watermarks watermarks, IOptions<RetentionOptions> options, TimeProvider clock)
{
    public const string Watermark = "leftovers";

    private const int PageSize = 100;

    private static readonly TimeSpan Every = TimeSpan.FromDays(1);
    private static readonly TimeSpan MaxTime = TimeSpan.FromMinutes(1);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (await watermarks.ReadAsync(Watermark, cancellationToken) is { } last && now - last < Every)
            return;

        await templates.RemoveLeftoversAsync(cancellationToken);
        foreach (var state in Enum.GetValues<EmailState>().Where(state => state.AwaitsPerson()))
            await RemoveEntriesAsync(state, now - options.Value.Ledger, cancellationToken);
        await watermarks.AdvanceAsync(Watermark, now, cancellationToken);
    }

    /// <summary>
    /// Removes outdated entries of old mail. Readers remove the entries they meet; this removes those that no reader met.
    /// </summary>
    private async Task RemoveEntriesAsync(EmailState state, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var budget = new RunBudget(clock, MaxTime);
        var after = HeldIndex.KeyBefore(before);
        while (!budget.IsSpent && await held.ReadAsync(state, after, PageSize, cancellationToken) is { Count: > 0 } page)
        {
            var rows = await ledger.ReadManyOrSkipAsync([.. page.Select(entry => entry.Id)], cancellationToken);
            foreach (var entry in page.Where(entry => !rows.TryGetValue(entry.Id, out var row) || row?.State.IsFinal() == true))
                await held.RemoveAsync(entry, cancellationToken);
            after = page[^1].RowKey;
        }
    }
}
