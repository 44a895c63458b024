namespace MailFunctions.Contracts;

/// <summary>The answer to <c>GET batches/{id}</c>: how far the emails of a batch have come.</summary>
/// <param name="Emails">How many there are.</param>
/// <param name="Counts">How many emails are in each state that there is at least one in.</param>
/// <param name="Data">In the order in which they were given.</param>
public sealed record BatchAnswer(string Id, DateTimeOffset AcceptedAt, int Emails, IReadOnlyDictionary<string, int> Counts, IReadOnlyList<BatchedEmail> Data);

public sealed record BatchedEmail(string Id, string Status);
