using Azure;
using MailFunctions.Mail;

namespace MailFunctions.Intake.Idempotency;

/// <summary>The right to carry out the request of one key, and the record of how far it came.</summary>
internal sealed class IdempotencyEntry(IdempotencyTable table, TimeProvider clock, IdempotencyRow row)
{
    /// <summary>Longer than any id is committed after its minting (rule 1): when it is over, nobody inserts under the recorded ids any more.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(24);

    private IdempotencyRow _row = row;

    /// <summary>When the first request with the key came.</summary>
    public DateTimeOffset CreatedAt => _row.CreatedAt;

    /// <summary>The ids that an earlier try has used; empty at the first.</summary>
    public IReadOnlyList<RecordedEmail> Emails => _row.Emails;

    public EmailId? Batch => _row.Batch;

    public static IdempotencyRow Fresh(IdempotencyKey key, string hash, DateTimeOffset now, ETag replaced) =>
        new() { Key = key, Hash = hash, CreatedAt = now, ExpiresAt = now + KeptFor, LeaseUntil = now + Lease, ETag = replaced };

    /// <summary>Before anything is written under ids, they are recorded: whoever takes over can tell which were accepted.</summary>
    /// <exception cref="EntryLostException">Another request has the key.</exception>
    public async Task RecordAsync(EmailId? batch, IReadOnlyList<RecordedEmail> emails, CancellationToken cancellationToken) =>
        _row = await table.TryWriteAsync(_row with { Batch = batch, Emails = emails, LeaseUntil = clock.GetUtcNow() + Lease }, cancellationToken)
            ?? throw new EntryLostException();

    /// <summary>Keeps the answer for those who ask again.</summary>
    /// <param name="lastSend">When the latest of its emails is to be sent.</param>
    public async Task CompleteAsync(byte[] answer, DateTimeOffset lastSend, CancellationToken cancellationToken) =>
        // Somebody who took over meanwhile finds the same mails accepted, and gives the same answer.
        await table.TryWriteAsync(_row with { Answer = answer, ExpiresAt = lastSend + KeptFor }, cancellationToken);
}

/// <summary>Another request with the same key was faster.</summary>
internal sealed class EntryLostException : Exception;
