using System.Xml.Linq;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Storage;
using MailFunctions.TestPeers.Storage;

namespace MailFunctions.IntegrationTests.Crash;

/// <summary>The writes of the pipeline, as they look on the wire when one mail is on its way.</summary>
internal static class Writes
{
    public static bool IsAttachmentBlob(StorageRequest request) => IsBlob(request) && request.Path.EndsWith("/0", StringComparison.Ordinal);

    public static bool IsContentBlob(StorageRequest request) => IsBlob(request) && request.Path.EndsWith("/content", StringComparison.Ordinal);

    /// <summary>A message on a lane's queue that names this attempt.</summary>
    public static bool IsLaneMessage(StorageRequest request, int attempt) =>
        request.Name is StorageNames.TransactionalQueue or StorageNames.BulkQueue && NamedIn(request).Any(mail => mail.Number == attempt);

    public static bool IsPoisonMessage(StorageRequest request) =>
        request.Verb == "put" && request.Name.EndsWith(StorageNames.PoisonSuffix, StringComparison.Ordinal);

    public static bool IsAccept(StorageRequest request) => request is { Name: StorageNames.EmailsTable, Verb: "insert" };

    public static bool IsKeyRow(StorageRequest request) => request is { Name: StorageNames.IdempotencyTable, Verb: "insert" };

    /// <summary>The row of an idempotency key gets the answer.</summary>
    public static bool IsKeptAnswer(StorageRequest request) => request is { Name: StorageNames.IdempotencyTable, Verb: "replace" };

    public static bool IsClaim(StorageRequest request) => IsLedgerUpdate(request, "\"state\":\"sending\"");

    public static bool IsLedgerUpdate(StorageRequest request, EmailState state) => IsLedgerUpdate(request, $"\"state\":\"{state.Name()}\"");

    /// <summary>A scheduled mail gets another time.</summary>
    public static bool IsMove(StorageRequest request) => IsLedgerUpdate(request, "\"scheduled_at\"");

    /// <summary>Writes the lease and nothing else of the row.</summary>
    public static bool IsRenewal(StorageRequest request) =>
        IsLedgerUpdate(request, "\"lease_until\"") && !request.Body!.Contains("\"state\"", StringComparison.Ordinal);

    public static bool IsFirstFault(StorageRequest request) => IsLedgerUpdate(request, "\"faults\":1");

    public static bool IsEvent(StorageRequest request) => request is { Name: StorageNames.EventsTable, Verb: "insert" };

    public static bool IsHeldEntry(StorageRequest request) => request is { Name: StorageNames.HeldTable, Verb: "upsert" };

    public static bool IsScheduleRow(StorageRequest request) => request is { Name: StorageNames.ScheduleTable, Verb: "upsert" or "insert" };

    public static bool IsScheduleDelete(StorageRequest request) =>
        request.Name == StorageNames.ScheduleTable && (request.Verb == "delete" || request.Parts.Contains("delete"));

    public static bool IsStatistics(StorageRequest request) => request is { Name: StorageNames.StatisticsTable, IsWrite: true, Verb: not "create" };

    public static bool IsProgress(StorageRequest request) => request is { Name: StorageNames.ProgressTable, IsWrite: true, Verb: not "create" };

    /// <summary>The attempts that a message names, when the request puts one on a queue.</summary>
    public static IReadOnlyList<NamedAttempt> NamedIn(StorageRequest request)
    {
        if (request is not { Service: StorageService.Queue, Verb: "put", Body: { } body })
            return [];
        var text = XElement.Parse(body.TrimStart('\uFEFF')).Element("MessageText")!.Value;
        return LaneMessage.Parse(BinaryData.FromString(text)).Mails;
    }

    private static bool IsBlob(StorageRequest request) => request is { Name: StorageNames.ContentContainer, Verb: "put" };

    /// <summary>Alone, or in a transaction with others of its partition.</summary>
    private static bool IsLedgerUpdate(StorageRequest request, string part) =>
        request is { Name: StorageNames.EmailsTable, Body: { } body }
        && (request.Verb == "merge" || request.Parts.Contains("merge"))
        && body.Contains(part, StringComparison.Ordinal);
}
