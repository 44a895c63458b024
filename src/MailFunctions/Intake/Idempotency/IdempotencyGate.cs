using MailFunctions.Http;
using MailFunctions.Mail;

namespace MailFunctions.Intake.Idempotency;

/// <summary>
/// Admits one request per key, and answers the others with the first one's answer or with a conflict. When a request was lost
/// half-way, the next one with its key takes over once the lease has ended.
/// </summary>
internal sealed class IdempotencyGate(IdempotencyTable table, TimeProvider clock)
{
    /// <param name="hash">The hash of the operation and the canonical body.</param>
    /// <returns>An entry to proceed with, or the earlier answer, or a problem.</returns>
    public async Task<Admission> EnterAsync(IdempotencyKey key, string hash, CancellationToken cancellationToken)
    {
        while (true)
        {
            var now = clock.GetUtcNow();
            var standing = await table.ReadAsync(key, cancellationToken);
            if (standing is null || standing.ExpiresAt <= now)
                return new Admission(Entry: new IdempotencyEntry(table, clock, IdempotencyEntry.Fresh(key, hash, now, standing?.ETag ?? default)));
            if (standing.Hash != hash)
                return new Admission(Problem: Problem.InvalidIdempotentRequest());
            if (standing.Answer is { } answer)
                return new Admission(Replay: new StoredAnswer(answer, standing.Batch ?? standing.Emails[0].Id));
            if (standing.LeaseUntil > now)
                return new Admission(Problem: Problem.ConcurrentIdempotentRequests(standing.LeaseUntil - now));
            if (await table.TryWriteAsync(standing with { LeaseUntil = now + IdempotencyEntry.Lease }, cancellationToken) is { } ours)
                return new Admission(Entry: new IdempotencyEntry(table, clock, ours));
        }
    }
}

/// <summary>The gate's decision about a request: exactly one of the three.</summary>
internal readonly record struct Admission(IdempotencyEntry? Entry = null, StoredAnswer? Replay = null, Problem? Problem = null);

/// <summary>The answer to an earlier request with the key.</summary>
/// <param name="Id">The id that it names first: the batch's, or that of the single mail.</param>
internal sealed record StoredAnswer(byte[] Body, EmailId Id);
