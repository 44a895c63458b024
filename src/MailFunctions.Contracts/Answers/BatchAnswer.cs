namespace MailFunctions.Contracts;

/// <summary>The answer to <c>GET batches/{id}</c>: the progress of the emails of a batch.</summary>
/// <param name="AcceptedAt">The time of the accept.</param>
/// <param name="Emails">The number of emails.</param>
/// <param name="Counts">The number of emails in each state; states without emails are omitted.</param>
/// <param name="Data">The emails in the order in which they were given.</param>
[Schema("BatchDetails")]
public sealed record BatchAnswer(
    [Schema(SchemaNames.Id)] string Id, DateTimeOffset AcceptedAt, int Emails, IReadOnlyDictionary<string, int> Counts, IReadOnlyList<BatchedEmail> Data);

/// <param name="Status">The state of the email.</param>
[Schema("BatchedEmail")]
public sealed record BatchedEmail([Schema(SchemaNames.Id)] string Id, [Words(typeof(EmailStatus))] string Status);
