namespace MailFunctions.Contracts;

/// <summary>The answer to <c>POST emails</c>: the email is accepted, and reaches one visible state in the end.</summary>
/// <param name="Recipients">How many mailboxes it goes to.</param>
public sealed record AcceptedAnswer(
    string Id, string Status, string Lane, DateTimeOffset AcceptedAt, DateTimeOffset? ScheduledAt, DateTimeOffset ExpiresAt, int Recipients);

/// <summary>The answer to <c>POST emails/batch</c>: the ids in the order of the emails, and what is wrong with those left out.</summary>
/// <param name="Errors">Of a permissive batch, or of one that was lost half-way and came again when the settings had changed; absent when nothing is wrong.</param>
public sealed record AcceptedBatchAnswer(string Id, IReadOnlyList<AcceptedId> Data, IReadOnlyList<ProblemError>? Errors);

public sealed record AcceptedId(string Id);
