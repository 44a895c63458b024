using System.Collections.Frozen;

namespace MailFunctions.Keys.Callers;

/// <summary>
/// The table of all calls that need a key. A call that is not in it cannot run; tests compare it with the trigger files, and
/// try each call with a key that may, one that may not, and none.
/// </summary>
internal static class ApiCalls
{
    private const Rights Reading = Rights.Read | Rights.ReadOwn;

    public static readonly IReadOnlyList<ApiCall> All =
    [
        new("SubmitEmail", "post", "emails", Rights.Send, CallSubject.Submission),
        new("SubmitBatch", "post", "emails/batch", Rights.Send, CallSubject.Submission),
        new("ListEmails", "get", "emails", Reading, CallSubject.Emails),
        new("ReadEmail", "get", "emails/{id}", Reading, CallSubject.Email),
        new("ExplainEmail", "get", "emails/{id}/explain", Reading, CallSubject.Email),
        new("RescheduleEmail", "patch", "emails/{id}", Rights.Cancel, CallSubject.Email, IsAudited: true),
        new("CancelEmail", "post", "emails/{id}/cancel", Rights.Cancel, CallSubject.Email, IsAudited: true),
        new("ReadBatch", "get", "batches/{id}", Reading, CallSubject.Batch),
        new("CancelBatch", "post", "batches/{id}/cancel", Rights.Cancel, CallSubject.Batch, IsAudited: true),
        new("ResolveEmail", "post", "emails/{id}/resolve", Rights.Decide, CallSubject.Email, IsAudited: true),
        new("RequeueEmail", "post", "emails/{id}/requeue", Rights.Decide, CallSubject.Email, IsAudited: true),
        new("DiscardEmail", "post", "emails/{id}/discard", Rights.Decide, CallSubject.Email, IsAudited: true),
        new("RequeueEmails", "post", "emails/requeue", Rights.Decide, CallSubject.Emails, IsAudited: true),
        new("DiscardEmails", "post", "emails/discard", Rights.Decide, CallSubject.Emails, IsAudited: true),
        new("ListDeadLetters", "get", "dead-letters", Rights.Operate, CallSubject.App),
        new("DeleteDeadLetter", "delete", "dead-letters/{queue}/{id}", Rights.Operate, CallSubject.App, IsAudited: true),
        new("ListSuppressions", "get", "suppressions", Rights.Suppressions, CallSubject.Suppression),
        new("ImportSuppressions", "post", "suppressions", Rights.Suppressions, CallSubject.Suppression, IsAudited: true),
        new("ReadSuppression", "get", "suppressions/{address}", Rights.Suppressions, CallSubject.Suppression),
        new("PutSuppression", "put", "suppressions/{address}", Rights.Suppressions, CallSubject.Suppression, IsAudited: true),
        new("DeleteSuppression", "delete", "suppressions/{address}", Rights.Suppressions, CallSubject.Suppression, IsAudited: true),
        new("EraseRecipient", "post", "recipients/erase", Rights.Erase, CallSubject.Recipient, IsAudited: true),
        new("ListTemplates", "get", "templates", Rights.Templates, CallSubject.Template),
        new("ReadTemplate", "get", "templates/{name}", Rights.Templates, CallSubject.Template),
        new("RenderTemplate", "post", "templates/{name}/render", Rights.Templates, CallSubject.Template),
        new("PutTemplate", "put", "templates/{name}", Rights.Templates, CallSubject.Template, IsAudited: true),
        new("DeleteTemplate", "delete", "templates/{name}", Rights.Templates, CallSubject.Template, IsAudited: true),
        new("CheckDomain", "get", "domains/{domain}/check", Rights.Send | Reading, CallSubject.Sender),
        new("ReadStatistics", "get", "statistics", Rights.Statistics, CallSubject.App),
        new("MakeKey", "post", "keys", Rights.Keys, CallSubject.Key, IsAudited: true),
        new("ListKeys", "get", "keys", Rights.Keys, CallSubject.Key),
        new("ReadKey", "get", "keys/{id}", Rights.Keys, CallSubject.Key),
        new("ChangeKey", "patch", "keys/{id}", Rights.Keys, CallSubject.Key, IsAudited: true),
        new("RevokeKey", "delete", "keys/{id}", Rights.Keys, CallSubject.Key, IsAudited: true),
        new("ListAudit", "get", "audit", Rights.Operate, CallSubject.App),
        new("ExportAudit", "get", "audit/export", Rights.Operate, CallSubject.App),
        new("ListPauses", "get", "pauses", Rights.Operate, CallSubject.App),
        new("PutPause", "put", "pauses/{kind}/{name}", Rights.Operate, CallSubject.App, IsAudited: true),
        new("DeletePause", "delete", "pauses/{kind}/{name}", Rights.Operate, CallSubject.App, IsAudited: true),
        new("RunTimer", "post", "timers/{name}/run", Rights.Operate, CallSubject.App, IsAudited: true),
        new("ResendSubmitEmail", "post", "resend/emails", Rights.Send, CallSubject.Submission),
        new("ResendSubmitBatch", "post", "resend/emails/batch", Rights.Send, CallSubject.Submission),
        new("ResendReadEmail", "get", "resend/emails/{id}", Reading, CallSubject.Email, IsAudited: true),
        new("ResendRescheduleEmail", "patch", "resend/emails/{id}", Rights.Cancel, CallSubject.Email, IsAudited: true),
        new("ResendCancelEmail", "post", "resend/emails/{id}/cancel", Rights.Cancel, CallSubject.Email, IsAudited: true),
    ];

    private static readonly FrozenDictionary<string, ApiCall> ByName = All.ToFrozenDictionary(call => call.Name, StringComparer.Ordinal);

    /// <param name="name">The name of a function.</param>
    public static ApiCall Named(string name) => ByName[name];
}
