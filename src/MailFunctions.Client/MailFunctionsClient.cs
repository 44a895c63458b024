using MailFunctions.Client.Calls;

namespace MailFunctions.Client;

/// <summary>
/// The client of the HTTP API of MailFunctions. Calls are retried automatically; those that send mail carry an
/// idempotency key, so that a retry after a lost answer sends nothing twice. Every call throws
/// <see cref="MailFunctionsException"/> when it is refused or gets no answer.
/// </summary>
/// <remarks>Thread-safe, and meant to live as long as the program.</remarks>
public sealed partial class MailFunctionsClient
{
    private readonly Caller _caller;

    /// <param name="http">
    /// Makes the calls; the caller keeps ownership. Its own Timeout applies too. It should follow no redirect: the
    /// key would be sent along.
    /// </param>
    /// <exception cref="ArgumentException">An option is invalid; the message names it and its allowed values.</exception>
    public MailFunctionsClient(HttpClient http, MailFunctionsClientOptions options, TimeProvider? clock = null)
        : this(() => http, options, clock) => ArgumentNullException.ThrowIfNull(http);

    internal MailFunctionsClient(Func<HttpClient> http, MailFunctionsClientOptions options, TimeProvider? clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        var faults = string.Join(' ', MailFunctionsClientOptionsValidator.Faults(options));
        if (faults.Length > 0)
            throw new ArgumentException(faults, nameof(options));
        _caller = new Caller(http, options, clock ?? TimeProvider.System);
        Suppressions = new SuppressionsClient(_caller);
        Templates = new TemplatesClient(_caller);
        DeadLetters = new DeadLettersClient(_caller);
        Keys = new KeysClient(_caller);
        Pauses = new PausesClient(_caller);
        Audit = new AuditClient(_caller);
    }

    /// <summary>The addresses that must not be mailed.</summary>
    public SuppressionsClient Suppressions { get; }

    /// <summary>The templates of subjects and bodies.</summary>
    public TemplatesClient Templates { get; }

    /// <summary>The queue messages that could not be read.</summary>
    public DeadLettersClient DeadLetters { get; }

    /// <summary>The API keys.</summary>
    public KeysClient Keys { get; }

    /// <summary>The API keys, senders and lanes that are paused.</summary>
    public PausesClient Pauses { get; }

    /// <summary>The audit trail: who made which call that changed or revealed something.</summary>
    public AuditClient Audit { get; }

    /// <summary><c>POST emails</c>: when this returns, the email is accepted: it ends in one visible state, final or on hold.</summary>
    /// <param name="idempotencyKey">1 to 256 printable ASCII characters, the same for the same mail; one is made for this call when absent.</param>
    public Task<AcceptedAnswer> SendAsync(EmailMessage email, string? idempotencyKey = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(email);
        return _caller.CallAsync(Accepting("emails", idempotencyKey).With(email, ContractsJson.Default.EmailMessage), ContractsJson.Default.AcceptedAnswer, cancellationToken);
    }

    /// <summary>
    /// <c>POST emails</c> for a mail that a user waits for: the call also delivers it. When this returns, the email is
    /// accepted; the answer is its current state, with its first attempt if that has an outcome in time.
    /// </summary>
    /// <param name="wait">1 to 30 s, in whole seconds. The server's own limits may make it shorter, or 0.</param>
    /// <param name="idempotencyKey">As for <see cref="SendAsync"/>.</param>
    public async Task<EmailAnswer> SendAndWaitAsync(EmailMessage email, TimeSpan wait, string? idempotencyKey = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(email);
        ArgumentOutOfRangeException.ThrowIfLessThan(wait, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(wait, TimeSpan.FromSeconds(ApiHeaders.MaxWaitSeconds));

        var call = (Accepting("emails", idempotencyKey) with { WaitSeconds = (int)wait.TotalSeconds }).With(email, ContractsJson.Default.EmailMessage);
        var answer = await _caller.DoAsync(call, cancellationToken).ConfigureAwait(false);
        return answer.Status == 200
            ? Caller.Read(call, answer, ContractsJson.Default.EmailAnswer)
            : await GetAsync(Caller.Read(call, answer, ContractsJson.Default.AcceptedAnswer).Id, cancellationToken).ConfigureAwait(false);
    }

    /// <summary><c>POST emails/batch</c>: accepts several emails.</summary>
    /// <param name="idempotencyKey">As for <see cref="SendAsync"/>.</param>
    /// <exception cref="ArgumentException">The batch has no emails, or more than <see cref="EmailBatch.MaxEmails"/>.</exception>
    public Task<AcceptedBatchAnswer> SendBatchAsync(
        EmailBatch batch, BatchValidation validation = BatchValidation.Strict, string? idempotencyKey = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.Emails.Count is 0 or > EmailBatch.MaxEmails)
            throw new ArgumentException($"A batch takes 1 to {EmailBatch.MaxEmails} emails, and this one has {batch.Emails.Count}. Send several batches, each with a key of its own.", nameof(batch));

        var call = (Accepting("emails/batch", idempotencyKey) with { Validation = validation }).With(batch, ContractsJson.Default.EmailBatch);
        return _caller.CallAsync(call, ContractsJson.Default.AcceptedBatchAnswer, cancellationToken);
    }

    /// <summary><c>GET emails/{id}</c>: returns the email's state and attempts.</summary>
    public Task<EmailAnswer> GetAsync(string id, CancellationToken cancellationToken = default) =>
        _caller.CallAsync(new ApiCall(HttpMethod.Get, $"emails/{Id(id)}"), ContractsJson.Default.EmailAnswer, cancellationToken);

    /// <summary><c>GET emails</c>: lists those that match, newest first; pages are fetched as needed.</summary>
    public IAsyncEnumerable<ListedEmail> ListAsync(EmailFilter? filter = null, CancellationToken cancellationToken = default) =>
        _caller.ListAsync((filter ?? new EmailFilter()).ToPath, ContractsJson.Default.EmailListAnswer, page => (page.Data, page.After), cancellationToken);

    /// <summary>
    /// <c>GET emails/{id}/explain</c>: returns why it is not sent yet, or what happened to it, in a sentence and in facts.
    /// </summary>
    public Task<ExplainAnswer> ExplainAsync(string id, CancellationToken cancellationToken = default) =>
        _caller.CallAsync(new ApiCall(HttpMethod.Get, $"emails/{Id(id)}/explain"), ContractsJson.Default.ExplainAnswer, cancellationToken);

    /// <summary><c>GET batches/{id}</c>: returns the progress of its emails.</summary>
    public Task<BatchAnswer> GetBatchAsync(string id, CancellationToken cancellationToken = default) =>
        _caller.CallAsync(new ApiCall(HttpMethod.Get, $"batches/{Id(id)}"), ContractsJson.Default.BatchAnswer, cancellationToken);

    /// <summary>
    /// <c>POST emails/{id}/cancel</c>: cancels an email; refused as
    /// <see cref="ProblemName.InvalidState"/> once it is too late.
    /// </summary>
    public Task<ChangedAnswer> CancelAsync(string id, CancellationToken cancellationToken = default) =>
        _caller.CallAsync(new ApiCall(HttpMethod.Post, $"emails/{Id(id)}/cancel"), ContractsJson.Default.ChangedAnswer, cancellationToken);

    /// <summary><c>POST batches/{id}/cancel</c>: cancels what can still be canceled.</summary>
    public Task<CanceledBatchAnswer> CancelBatchAsync(string id, CancellationToken cancellationToken = default) =>
        _caller.CallAsync(new ApiCall(HttpMethod.Post, $"batches/{Id(id)}/cancel"), ContractsJson.Default.CanceledBatchAnswer, cancellationToken);

    /// <summary><c>PATCH emails/{id}</c>: sets another time for an email that is still scheduled.</summary>
    public Task<RescheduledAnswer> RescheduleAsync(string id, DateTimeOffset scheduledAt, CancellationToken cancellationToken = default)
    {
        var call = new ApiCall(HttpMethod.Patch, $"emails/{Id(id)}").With(new ScheduleChange(scheduledAt), ContractsJson.Default.ScheduleChange);
        return _caller.CallAsync(call, ContractsJson.Default.RescheduledAnswer, cancellationToken);
    }

    private static ApiCall Accepting(string path, string? key) =>
        new(HttpMethod.Post, path) { IdempotencyKey = key is null ? Guid.NewGuid().ToString("N") : Key(key) };

    /// <summary>Checks a key: leading and trailing spaces would be lost in transport (RFC 9110 section 5.5).</summary>
    private static string Key(string key) =>
        key.Length is >= 1 and <= ApiHeaders.MaxIdempotencyKeyChars && key.All(c => c is >= ' ' and < '\x7F') && key.Trim(' ').Length == key.Length
            ? key
            : throw new ArgumentException($"An idempotency key takes 1 to {ApiHeaders.MaxIdempotencyKeyChars} printable ASCII characters, and no space at its ends.", nameof(key));

    /// <summary>Checks an id: any other text could form another path.</summary>
    private static string Id(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return id.Length > 0 && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? id
            : throw new ArgumentException("This is no id of an email or a batch: those have letters, digits and dashes.", nameof(id));
    }
}
