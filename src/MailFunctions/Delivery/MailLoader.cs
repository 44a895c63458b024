using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Smtp.Composition;
using MailFunctions.Smtp.Sandbox;
using MailFunctions.Storage;

namespace MailFunctions.Delivery;

/// <summary>Loads the content of mails, and applies the sandbox to it and to the addressees.</summary>
internal sealed class MailLoader(ContentStore contents, SandboxRules sandbox, ProcessingFailures failures)
{
    /// <summary>Loads each mail. One that cannot be loaded counts a processing failure of its own, and is left out.</summary>
    public async Task<List<ClaimedMail>> LoadAsync(IReadOnlyList<LedgerRow> rows, GroupTerms terms)
    {
        var loaded = new List<ClaimedMail>(rows.Count);
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            try
            {
                var content = await contents.LoadAsync(row.Content ?? throw new InvalidDataException("The row has no content."), texts, terms.Stopping);
                loaded.Add(new ClaimedMail(row, sandbox.IsOn ? ProviderHeaders.Without(content) : content, sandbox.AddresseesOf(row)));
            }
            catch (Exception exception) when (!StorageFault.Is(exception) && !terms.Stopping.IsCancellationRequested)
            {
                await failures.CountAsync(row.Id, terms.Source, $"Loading failed: {exception.Message}", terms.Stopping);
            }
        }

        return loaded;
    }
}
