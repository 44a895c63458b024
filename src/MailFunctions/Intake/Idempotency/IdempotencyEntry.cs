using Azure;
using MailFunctions.Mail;

namespace MailFunctions.Intake.Idempotency;

/// <summary>The right to execute the request of one key, and the record of its progress.</summary>
internal sealed class IdempotencyEntry(IdempotencyTable table, TimeProvider clock, IdempotencyRow row)
{
    /// <summary>
    /// The lease, longer than the time in which an id may be committed (rule 1): after it, no insert under the recorded ids
    /// can follow.
    /// </summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(24);

    private IdempotencyRow _row = row;

    /// <summary>The time of the first request with the key.</summary>
    public DateTimeOffset CreatedAt => _row.CreatedAt;

    /// <summary>The ids that an earlier try has used; empty at the first try.</summary>
    public IReadOnlyList<RecordedEmail> Emails => _row.Emails;

    public EmailId? Batch => _row.Batch;

    public static IdempotencyRow Fresh(IdempotencyKey key, string hash, DateTimeOffset now, ETag replaced) =>
        new() { Key = key, Hash = hash, CreatedAt = now, ExpiresAt = now + KeptFor, LeaseUntil = now + Lease, ETag = replaced };

    /// <summary>Records the ids before anything is written under them, so that a later request can find out which were accepted.</summary>
    /// <exception cref="EntryLostException">Another request holds the key.</exception>
    public async Task RecordAsync(EmailId? batch, IReadOnlyList<RecordedEmail> emails, CancellationToken cancellationToken) =>
        _row = await table.TryWriteAsync(_row with { Batch = batch, Emails = emails, LeaseUntil = clock.GetUtcNow() + Lease }, cancellationToken)
            ?? throw new EntryLostException();

    /// <summary>Stores the answer for repeated requests.</summary>
    /// <param name="lastSend">The latest scheduled time of its emails.</param>
    public async Task CompleteAsync(byte[] answer, DateTimeOffset lastSend, CancellationToken cancellationToken) =>
        // A request that took over meanwhile finds the same mails accepted, and gives the same answer.
        await table.TryWriteAsync(_row with { Answer = answer, ExpiresAt = lastSend + KeptFor }, cancellationToken);
}

/// <summary>Another request with the same key was faster.</summary>
internal sealed class EntryLostException : Exception;
