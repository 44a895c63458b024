namespace MailFunctions.Contracts;

/// <summary>The answer to <c>GET batches/{id}</c>: the progress of the emails of a batch.</summary>
/// <param name="Emails">The number of emails.</param>
/// <param name="Counts">The number of emails in each state; states without emails are omitted.</param>
/// <param name="Data">The emails in the order in which they were given.</param>
public sealed record BatchAnswer(string Id, DateTimeOffset AcceptedAt, int Emails, IReadOnlyDictionary<string, int> Counts, IReadOnlyList<BatchedEmail> Data);

public sealed record BatchedEmail(string Id, string Status);
