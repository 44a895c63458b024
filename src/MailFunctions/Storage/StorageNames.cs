namespace MailFunctions.Storage;

/// <summary>What the pipeline keeps its data in. The triggers and the Bicep files use the same names.</summary>
public static class StorageNames
{
    public const string TransactionalQueue = "mail-transactional";
    public const string BulkQueue = "mail-bulk";

    /// <summary>What the host appends to a queue's name for messages that failed too often.</summary>
    public const string PoisonSuffix = "-poison";

    public const string EmailsTable = "Emails";
    public const string EventsTable = "Events";
    public const string ScheduleTable = "Schedule";
    public const string StatisticsTable = "Statistics";

    /// <summary>How far the timers have come: watermarks, and minutes to look at again.</summary>
    public const string ProgressTable = "Progress";

    /// <summary>Queue messages that nobody can read, kept as they came.</summary>
    public const string DeadLettersTable = "DeadLetters";

    /// <summary>An index of the mails that await a person.</summary>
    public const string HeldTable = "Held";

    /// <summary>How far the rates of the relays are used up.</summary>
    public const string RatesTable = "Rates";

    /// <summary>Which relays an instance leaves alone, and until when: for whoever asks what a mail waits for.</summary>
    public const string RelaysTable = "Relays";

    /// <summary>Which emails were accepted together.</summary>
    public const string BatchesTable = "Batches";

    /// <summary>What was answered to requests with an idempotency key.</summary>
    public const string IdempotencyTable = "Idempotency";

    /// <summary>Templates with all their versions.</summary>
    public const string TemplatesTable = "Templates";

    /// <summary>Addresses that must not be mailed.</summary>
    public const string SuppressionsTable = "Suppressions";

    /// <summary>Which parts of the suppression list have changed of late.</summary>
    public const string SuppressionChangesTable = "SuppressionChanges";

    /// <summary>Who may call without a function key: hashes of API keys, and what each may do.</summary>
    public const string ApiKeysTable = "ApiKeys";

    public const string ContentContainer = "mail-content";

    /// <summary>Where the Bicep files have the package that is deployed.</summary>
    public const string PackageContainer = "deployment";

    /// <summary>Where packages of function apps are: of ours, and where the tools of other plans put them.</summary>
    public static IReadOnlyList<string> PlatformContainers { get; } = [PackageContainer, "scm-releases", "function-releases"];

    /// <summary>Of the Functions host, of the packages of an app on Flex Consumption that the portal made, and of Azure Monitor.</summary>
    public static IReadOnlyList<string> PlatformContainerPrefixes { get; } = ["azure-webjobs-", "app-package-", "insights-"];

    public static IReadOnlyList<string> Tables { get; } =
    [
        EmailsTable, EventsTable, ScheduleTable, StatisticsTable, ProgressTable, DeadLettersTable, HeldTable, RatesTable, RelaysTable,
        BatchesTable, IdempotencyTable, TemplatesTable, SuppressionsTable, SuppressionChangesTable, ApiKeysTable,
    ];

    public static IReadOnlyList<string> Queues { get; } =
        [TransactionalQueue, BulkQueue, TransactionalQueue + PoisonSuffix, BulkQueue + PoisonSuffix];
}
