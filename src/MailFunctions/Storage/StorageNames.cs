namespace MailFunctions.Storage;

/// <summary>The names of the pipeline's tables, queues and containers. The triggers and the Bicep files use the same names.</summary>
public static class StorageNames
{
    public const string TransactionalQueue = "mail-transactional";
    public const string BulkQueue = "mail-bulk";

    /// <summary>The suffix that the host appends to a queue's name for messages that failed too often.</summary>
    public const string PoisonSuffix = "-poison";

    public const string EmailsTable = "Emails";
    public const string EventsTable = "Events";
    public const string ScheduleTable = "Schedule";
    public const string StatisticsTable = "Statistics";

    /// <summary>The progress of the timers: watermarks, and minutes to look at again.</summary>
    public const string ProgressTable = "Progress";

    /// <summary>Unreadable queue messages, stored unchanged.</summary>
    public const string DeadLettersTable = "DeadLetters";

    /// <summary>An index of the mails on hold.</summary>
    public const string HeldTable = "Held";

    /// <summary>The used part of the relays' rates.</summary>
    public const string RatesTable = "Rates";

    /// <summary>The relays whose circuit is open in an instance, and until when: explains what a mail waits for.</summary>
    public const string RelaysTable = "Relays";

    /// <summary>The emails that were accepted together.</summary>
    public const string BatchesTable = "Batches";

    /// <summary>The answers to requests with an idempotency key.</summary>
    public const string IdempotencyTable = "Idempotency";

    /// <summary>Templates with all their versions.</summary>
    public const string TemplatesTable = "Templates";

    /// <summary>Addresses that must not be mailed.</summary>
    public const string SuppressionsTable = "Suppressions";

    /// <summary>The parts of the suppression list that changed recently.</summary>
    public const string SuppressionChangesTable = "SuppressionChanges";

    /// <summary>The mails that failed softly for an address since its last success.</summary>
    public const string RecipientFailuresTable = "RecipientFailures";

    /// <summary>Hashes of the API keys that allow calls without a function key, and the permissions of each.</summary>
    public const string ApiKeysTable = "ApiKeys";

    /// <summary>The audit trail: calls that change or reveal something, their callers and results; insert-only.</summary>
    public const string AuditTable = "Audit";

    /// <summary>The keys, senders and lanes that are paused.</summary>
    public const string PausesTable = "Pauses";

    /// <summary>The used part of quotas, the shares of them that instances hold, and the usual volume of API keys.</summary>
    public const string QuotasTable = "Quotas";

    /// <summary>The keys of the tokens in unsubscribe links.</summary>
    public const string UnsubscribeKeysTable = "UnsubscribeKeys";

    public const string ContentContainer = "mail-content";

    /// <summary>The container in which the Bicep files store the deployed package.</summary>
    public const string PackageContainer = "deployment";

    /// <summary>Containers of function app packages: this app's, and those that the tools of other plans use.</summary>
    public static IReadOnlyList<string> PlatformContainers { get; } = [PackageContainer, "scm-releases", "function-releases"];

    /// <summary>Container prefixes of the Functions host, of Flex Consumption packages made in the portal, and of Azure Monitor.</summary>
    public static IReadOnlyList<string> PlatformContainerPrefixes { get; } = ["azure-webjobs-", "app-package-", "insights-"];

    public static IReadOnlyList<string> Tables { get; } =
    [
        EmailsTable, EventsTable, ScheduleTable, StatisticsTable, ProgressTable, DeadLettersTable, HeldTable, RatesTable, RelaysTable,
        BatchesTable, IdempotencyTable, TemplatesTable, SuppressionsTable, SuppressionChangesTable, RecipientFailuresTable, ApiKeysTable, AuditTable, PausesTable,
        QuotasTable, UnsubscribeKeysTable,
    ];

    public static IReadOnlyList<string> Queues { get; } =
        [TransactionalQueue, BulkQueue, TransactionalQueue + PoisonSuffix, BulkQueue + PoisonSuffix];
}
