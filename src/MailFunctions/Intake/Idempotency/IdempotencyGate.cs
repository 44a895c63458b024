using MailFunctions.Http;

namespace MailFunctions.Intake.Idempotency;

/// <summary>
/// Lets one request with a key through, and answers the others: with the first one's answer, or with a conflict. A
/// request that was lost in the middle is taken over by the next with its key, once its lease is over.
/// </summary>
internal sealed class IdempotencyGate(IdempotencyTable table, TimeProvider clock)
{
    /// <param name="hash">Of the operation and the canonical body.</param>
    /// <returns>An entry to go on with, or the answer that was given before, or a problem.</returns>
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
                return new Admission(Replay: answer);
            if (standing.LeaseUntil > now)
                return new Admission(Problem: Problem.ConcurrentIdempotentRequests(standing.LeaseUntil - now));
            if (await table.TryWriteAsync(standing with { LeaseUntil = now + IdempotencyEntry.Lease }, cancellationToken) is { } ours)
                return new Admission(Entry: new IdempotencyEntry(table, clock, ours));
        }
    }
}

/// <summary>What became of a request at the door: exactly one of the three.</summary>
internal readonly record struct Admission(IdempotencyEntry? Entry = null, byte[]? Replay = null, Problem? Problem = null);
