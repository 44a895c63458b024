using Microsoft.Extensions.Logging;

namespace MailFunctions.Telemetry;

/// <summary>All log lines of the pipeline. Ids, states, codes and domains only: never an address, a subject, a body or a secret.</summary>
internal static partial class Log
{
    [LoggerMessage(600, LogLevel.Debug, "Compiled {Minutes} minutes: {Written} rows written, {Deleted} deleted")]
    public static partial void StatisticsCompiled(this ILogger logger, int minutes, int written, int deleted);

    [LoggerMessage(601, LogLevel.Warning, "Statistics are {Behind} behind after {Minutes} minutes compiled; the next run continues")]
    public static partial void StatisticsBehind(this ILogger logger, TimeSpan behind, int minutes);

    [LoggerMessage(602, LogLevel.Warning, "The marker {RowKey} names no minute; it was removed")]
    public static partial void UnreadableMarker(this ILogger logger, string rowKey);

    [LoggerMessage(1001, LogLevel.Information, "Accepted {EmailId} in lane {Lane} for {Recipients} recipients")]
    public static partial void Accepted(this ILogger logger, string emailId, string lane, int recipients);

    [LoggerMessage(1002, LogLevel.Error, "A request failed in our own code")]
    public static partial void RequestFailed(this ILogger logger, Exception exception);

    [LoggerMessage(1003, LogLevel.Warning, "Storage failed ({Status}); the request was refused with 503")]
    public static partial void StorageRefusedRequest(this ILogger logger, int status);

    [LoggerMessage(1004, LogLevel.Information, "Accepted batch {BatchId} of {Emails} emails")]
    public static partial void AcceptedBatch(this ILogger logger, string batchId, int emails);

    [LoggerMessage(1005, LogLevel.Warning, "Could not store the answer to a request with an idempotency key ({Exception}); its mail is accepted")]
    public static partial void AnswerNotKept(this ILogger logger, string exception);

    [LoggerMessage(1006, LogLevel.Information, "Erased one recipient from {Mails} mails; {Open} have not reached a final state yet")]
    public static partial void Erased(this ILogger logger, int mails, int open);

    [LoggerMessage(1007, LogLevel.Information, "The recipient of {EmailId} unsubscribed")]
    public static partial void Unsubscribed(this ILogger logger, string emailId);

    [LoggerMessage(1010, LogLevel.Error, "API key {Key} sends much more than it usually does: {Recipients} recipients in this hour, where its usual busiest hour has {Usual}")]
    public static partial void KeyVolumeJumped(this ILogger logger, string key, long recipients, long usual);

    [LoggerMessage(1011, LogLevel.Warning, "Could not give back shares of quotas, record the volume of keys, or pause one, yet ({Exception}); trying again")]
    public static partial void QuotasNotKept(this ILogger logger, string exception);

    [LoggerMessage(1012, LogLevel.Error, "Paused API key {Key}, since it sends much more than it usually does: its calls are refused and its mail waits until a call resumes it")]
    public static partial void KeyPaused(this ILogger logger, string key);

    [LoggerMessage(1020, LogLevel.Error, "The result of the audited call {Entry} could not be stored ({Exception}); it reads as unknown")]
    public static partial void AuditResultLost(this ILogger logger, string entry, string exception);

    [LoggerMessage(1021, LogLevel.Warning, "A refused try at {Call} could not be recorded in the audit trail ({Exception})")]
    public static partial void RefusalNotAudited(this ILogger logger, string call, string exception);

    [LoggerMessage(1022, LogLevel.Warning, "Made the first API key, {KeyId}, from the setting")]
    public static partial void FirstKeyMade(this ILogger logger, string keyId);

    [LoggerMessage(1023, LogLevel.Warning, "Could not make the first API key yet ({Exception}); trying again")]
    public static partial void FirstKeyWaits(this ILogger logger, string exception);

    [LoggerMessage(2001, LogLevel.Information, "{EmailId} attempt {Attempt} by relay {Relay}: {State}")]
    public static partial void Attempted(this ILogger logger, string emailId, int attempt, string? relay, string state);

    [LoggerMessage(2002, LogLevel.Warning, "Relay {Relay} is unreachable at {Stage} (reply {Code}); {Count} mails deferred until {Due:O}")]
    public static partial void RelayUnreachable(this ILogger logger, string relay, string stage, int code, int count, DateTimeOffset due);

    [LoggerMessage(2003, LogLevel.Error, "{EmailId} failed in our own processing: failure {Faults} ({Source})")]
    public static partial void Faulted(this ILogger logger, string emailId, int faults, string source);

    [LoggerMessage(2004, LogLevel.Error, "{EmailId} is dead after {Faults} processing failures")]
    public static partial void Died(this ILogger logger, string emailId, int faults);

    [LoggerMessage(2005, LogLevel.Warning, "{EmailId} attempt {Attempt} lost its worker: its outcome is {State}")]
    public static partial void LeaseExpired(this ILogger logger, string emailId, int attempt, string state);

    [LoggerMessage(2006, LogLevel.Warning, "Storage failed {Count} times for queue message {MessageId}; a copy is due in {Delay}")]
    public static partial void PutBackAfterStorageFault(this ILogger logger, long count, string messageId, TimeSpan delay);

    [LoggerMessage(2007, LogLevel.Warning, "{EmailId} has no ledger row and its id is {Age} old: closed, since no caller got an answer that promised it")]
    public static partial void Voided(this ILogger logger, string emailId, TimeSpan age);

    [LoggerMessage(2008, LogLevel.Warning, "Could not renew the lease of {EmailId} attempt {Attempt}")]
    public static partial void LeaseNotRenewed(this ILogger logger, string emailId, int attempt);

    [LoggerMessage(2009, LogLevel.Warning, "Could not record the outcome of {Count} attempts yet ({Exception}); trying again")]
    public static partial void RecordingDelayed(this ILogger logger, int count, string exception);

    [LoggerMessage(2010, LogLevel.Error, "A queue message on {Queue} could not be read and is kept as a dead letter")]
    public static partial void DeadLettered(this ILogger logger, string queue);

    [LoggerMessage(2011, LogLevel.Warning, "A queue message on {Queue} failed too often; its {Count} mails are queued again one by one")]
    public static partial void PoisonSplit(this ILogger logger, string queue, int count);

    [LoggerMessage(2012, LogLevel.Error, "Could not record a given-up queue message of {Queue} ({Exception}); a copy is queued")]
    public static partial void PoisonPutBack(this ILogger logger, string queue, string exception);

    [LoggerMessage(2013, LogLevel.Error, "Row {PartitionKey}/{RowKey} of table {Table} cannot be read by this version of the app and is skipped")]
    public static partial void UnreadableRow(this ILogger logger, string table, string partitionKey, string rowKey);

    [LoggerMessage(2014, LogLevel.Warning, "Could not refresh the suppression list ({Exception}); the copy in use is {Age} old")]
    public static partial void SuppressionsNotRefreshed(this ILogger logger, string exception, TimeSpan age);

    [LoggerMessage(2015, LogLevel.Information, "Loaded the suppression list, {Count} addresses, in {Duration}")]
    public static partial void SuppressionsLoaded(this ILogger logger, int count, TimeSpan duration);

    [LoggerMessage(2016, LogLevel.Warning, "Email {Id} could not be delivered in the call that accepted it; its queue message delivers it ({Exception})")]
    public static partial void LeftToQueue(this ILogger logger, string id, string exception);

    [LoggerMessage(2018, LogLevel.Warning, "Could not open an additional connection ({Exception}); continuing with the existing ones")]
    public static partial void NoOtherConnection(this ILogger logger, string exception);

    [LoggerMessage(2019, LogLevel.Warning, "{EmailId} attempt {Attempt} counted as uncertain, then its worker reported the outcome: {Before} became {State}")]
    public static partial void Corrected(this ILogger logger, string emailId, int attempt, string before, string state);

    [LoggerMessage(2030, LogLevel.Warning, "{EmailId} was changed, but no message could be queued for its new due time ({Exception}); an earlier message wakes it at most 5 minutes late")]
    public static partial void WokenLater(this ILogger logger, string emailId, string exception);

    [LoggerMessage(2031, LogLevel.Information, "Requeued via the API: {Mails} mails that were {State}; {Skipped} could not be requeued")]
    public static partial void Requeued(this ILogger logger, int mails, string state, int skipped);

    [LoggerMessage(2044, LogLevel.Information, "Suppressed a recipient of {EmailId} for {Scope} until {Until:O}: {Code}")]
    public static partial void Suppressed(this ILogger logger, string emailId, string code, string scope, DateTimeOffset until);

    [LoggerMessage(2045, LogLevel.Information, "{EmailId} reached a recipient that the app had suppressed: the entry is removed")]
    public static partial void SuppressionTakenBack(this ILogger logger, string emailId);

    [LoggerMessage(2046, LogLevel.Warning, "A recipient of {EmailId} cannot be suppressed: the suppression list is full")]
    public static partial void SuppressionListFull(this ILogger logger, string emailId);

    [LoggerMessage(2047, LogLevel.Warning, "Could not list the recipients with failures ({Exception}); those known before stay known")]
    public static partial void FailuresNotListed(this ILogger logger, string exception);

    [LoggerMessage(2040, LogLevel.Warning, "Could not read the pauses ({Exception}); those read {Age} ago stay in force; if none were ever read, this process sends no mail")]
    public static partial void PausesNotRead(this ILogger logger, string exception, TimeSpan? age);

    [LoggerMessage(2041, LogLevel.Warning, "Paused the {Kind} {Name}; ends by itself at {Until:O}, or by a call")]
    public static partial void Paused(this ILogger logger, string kind, string name, DateTimeOffset? until);

    [LoggerMessage(2042, LogLevel.Warning, "Resumed the {Kind} {Name}")]
    public static partial void Resumed(this ILogger logger, string kind, string name);

    [LoggerMessage(2043, LogLevel.Information, "{Count} mails wait, since their {Kind} {Name} is paused; deferred until {Due:O}")]
    public static partial void PausedMailWaits(this ILogger logger, int count, string kind, string name, DateTimeOffset due);

    [LoggerMessage(2101, LogLevel.Error, "Relay {Relay} refuses us at {Stage} (reply {Code}, cause {Cause}); its circuit is open until {Until:O}. {Cure}")]
    public static partial void RelayRefusesUs(this ILogger logger, string relay, string stage, int code, string cause, DateTimeOffset until, string cure);

    [LoggerMessage(2102, LogLevel.Warning, "Relay {Relay} failed several mails in a row, last at {Stage} (reply {Code}, cause {Cause}); its circuit is open until {Until:O}. {Cure}")]
    public static partial void RelayLeftAlone(this ILogger logger, string relay, string stage, int code, string cause, DateTimeOffset until, string cure);

    [LoggerMessage(2130, LogLevel.Error, "Relay {Relay} gives replies that are out of step with our commands, last at {Stage}: none of them can be trusted; its circuit is open until {Until:O}")]
    public static partial void RelayOutOfStep(this ILogger logger, string relay, string stage, DateTimeOffset until);

    [LoggerMessage(2103, LogLevel.Information, "Rate limit of relay {Relay} reached; {Count} mails deferred, the first until {Due:O}")]
    public static partial void RateReached(this ILogger logger, string relay, int count, DateTimeOffset due);

    [LoggerMessage(2104, LogLevel.Warning, "Could not store the circuit state of relay {Relay} ({Exception})")]
    public static partial void NoticeLost(this ILogger logger, string relay, string exception);

    [LoggerMessage(2105, LogLevel.Information, "The attempts of {Count} mails came to nothing for a reason other than the mail, and do not count; deferred until {Due:O}")]
    public static partial void GivenBack(this ILogger logger, int count, DateTimeOffset due);

    [LoggerMessage(2111, LogLevel.Error, "Relay {Relay} had no TLS to log in over, so the login was not sent: set Tls or AllowLoginWithoutTls; its circuit is open until {Until:O}")]
    public static partial void LoginNeedsTls(this ILogger logger, string relay, DateTimeOffset until);

    [LoggerMessage(2112, LogLevel.Warning, "Relay {Relay} has a login, and its setting Tls does not require TLS: over a connection without TLS the login is not sent, and mail waits")]
    public static partial void LoginMayWait(this ILogger logger, string relay);

    [LoggerMessage(2113, LogLevel.Warning, "Relay {Relay} has AllowLoginWithoutTls: without TLS, anyone on the network path can read its password or token")]
    public static partial void LoginInClear(this ILogger logger, string relay);

    [LoggerMessage(2114, LogLevel.Error, "Relay {Relay} has no value for {Settings}: its circuit is open. Mail for it is accepted, and waits. {Cure}")]
    public static partial void SettingUnresolved(this ILogger logger, string relay, string settings, string cure);

    [LoggerMessage(2131, LogLevel.Information, "DNS shows the DKIM key {Selector} of {Domain}: mail is signed with it from now on, and no longer with {Older}")]
    public static partial void SelectorShown(this ILogger logger, string domain, string selector, string older);

    [LoggerMessage(2132, LogLevel.Error, "DNS no longer shows the DKIM key {Selector} of {Domain}: mail is signed with {Older} again until it does")]
    public static partial void SelectorGone(this ILogger logger, string domain, string selector, string older);

    [LoggerMessage(3001, LogLevel.Information, "Dispatched {Count} mails")]
    public static partial void Dispatched(this ILogger logger, int count);

    [LoggerMessage(3002, LogLevel.Warning, "{Count} mails accepted at {Minute:O} were stalled and are queued again")]
    public static partial void QueuedAgain(this ILogger logger, int count, DateTimeOffset minute);

    [LoggerMessage(3010, LogLevel.Error, "Could not check partition {PartitionKey} of the ledger for mail that has lost its message; it is checked again after a day")]
    public static partial void PartitionNotLookedAt(this ILogger logger, string partitionKey, Exception exception);

    [LoggerMessage(3020, LogLevel.Information, "Timer {Timer} was run via the API: {Jobs} jobs, of which {Failed} failed")]
    public static partial void TimerRunByCall(this ILogger logger, string timer, int jobs, int failed);

    [LoggerMessage(3021, LogLevel.Error, "Job {Job} of timer {Timer} failed in a run via the API")]
    public static partial void TimerJobFailed(this ILogger logger, string timer, string job, Exception exception);

    [LoggerMessage(3030, LogLevel.Error, "Receivers may refuse mail from {Domain}: its check {Check} of {Name} passed before and does not now; GET domains/{Domain}/check has the record to publish")]
    public static partial void SenderCheckFails(this ILogger logger, string domain, string check, string name);

    [LoggerMessage(3003, LogLevel.Information, "Purged the content of {Contents} mails and all of {Mails}, in {Minutes} minutes of the ledger")]
    public static partial void Purged(this ILogger logger, int minutes, int contents, int mails);

    [LoggerMessage(3004, LogLevel.Error, "Could not purge what was accepted at {Minute:O}; trying again after a day")]
    public static partial void MinuteNotPurged(this ILogger logger, DateTimeOffset minute, Exception exception);

    [LoggerMessage(3005, LogLevel.Error, "Statistics are stalled at {Settled:O}: mail that ended between then and {Bound:O} is deleted, and may not have been counted")]
    public static partial void PurgedWithoutStatistics(this ILogger logger, DateTimeOffset settled, DateTimeOffset bound);
}
