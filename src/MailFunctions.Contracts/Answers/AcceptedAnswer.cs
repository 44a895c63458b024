namespace MailFunctions.Contracts;

/// <summary>The answer to <c>POST emails</c>: the email is accepted, and ends in one visible state.</summary>
/// <param name="Recipients">The number of mailboxes that it goes to.</param>
public sealed record AcceptedAnswer(
    string Id, string Status, string Lane, DateTimeOffset AcceptedAt, DateTimeOffset? ScheduledAt, DateTimeOffset ExpiresAt, int Recipients);

/// <summary>The answer to <c>POST emails/batch</c>: the ids in the order of the emails, and the errors of those left out.</summary>
/// <param name="Errors">Only of a permissive batch, or of one that was lost half-way and sent again after the server's
/// settings had changed; absent without errors.</param>
public sealed record AcceptedBatchAnswer(string Id, IReadOnlyList<AcceptedId> Data, IReadOnlyList<ProblemError>? Errors);

public sealed record AcceptedId(string Id);
