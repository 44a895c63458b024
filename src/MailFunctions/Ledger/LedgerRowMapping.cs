using Azure.Data.Tables;
using MailFunctions.Storage;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Ledger;

/// <summary>How a <see cref="LedgerRow"/> stands in the table Emails. The version says which code can read it.</summary>
internal static class LedgerRowMapping
{
    public const int Version = 1;

    private const string ContentProperty = "content";

    /// <summary>All that a row has besides its content.</summary>
    public static readonly IReadOnlyList<string> WithoutContent =
    [
        "PartitionKey", "RowKey", "odata.etag", "Timestamp",
        "v", "state", "lane", "sender", "subject", "accepted_at", "expires_at", "on_uncertain", "recipients", "tags", "attempt",
        "event_minutes", "claim_worker", "claim_relay", "lease_until", "due_at", "waits", "reason", "faults", "fault_source",
        "ending_partition", "ending_row", "ended_at", "bytes", "token", "content_blob", "content_shared", "content_referred", "scheduled_at", "named_end", "batch", "relay", "trace", "past_endings", "content_purged_at",
    ];

    /// <summary>What an accept writes: everything.</summary>
    public static TableEntity ToInsert(LedgerRow row)
    {
        var entity = ToUpdate(row);
        entity["v"] = Version;
        entity["lane"] = row.Lane.Name();
        entity["sender"] = row.Sender;
        entity["subject"] = row.Subject;
        entity["accepted_at"] = RowValues.Time(row.AcceptedAt);
        entity["on_uncertain"] = row.OnUncertain.ToString();
        entity["tags"] = RowValues.Tags(row.Tags);
        if (row.Content is { Inline: { } inline })
            entity[ContentProperty] = inline;
        entity["content_blob"] = row.Content?.BlobName ?? "";
        entity["content_shared"] = row.Content?.SharedName ?? "";
        entity["content_referred"] = row.Content?.ReferredBytes ?? 0;
        entity["named_end"] = RowValues.Time(row.NamedEnd);
        entity["batch"] = row.Batch?.ToString() ?? "";
        if (row.Trace is { } trace)
            entity["trace"] = trace;
        return entity;
    }

    /// <summary>What changes while a mail is on its way; merged into the row.</summary>
    public static TableEntity ToUpdate(LedgerRow row) => WithRelay(row, new(row.Id.PartitionKey, row.Id.RowKey)
    {
        ["state"] = row.State.Name(),
        ["scheduled_at"] = RowValues.Time(row.ScheduledAt),
        ["expires_at"] = RowValues.Time(row.ExpiresAt),
        ["recipients"] = RowValues.Recipients(row.Recipients),
        ["attempt"] = row.Attempt,
        ["event_minutes"] = string.Join(' ', row.EventMinutes),
        ["claim_worker"] = row.Claim?.Worker ?? "",
        ["claim_relay"] = row.Claim?.Relay ?? "",
        ["lease_until"] = RowValues.Time(row.Claim?.LeaseUntil),
        ["due_at"] = RowValues.Time(row.DueAt),
        ["waits"] = row.Waits,
        ["reason"] = RowValues.Reason(row.Reason),
        ["faults"] = row.Faults,
        ["fault_source"] = row.LastFaultSource ?? "",
        ["ending_partition"] = row.Ending?.PartitionKey ?? "",
        ["ending_row"] = row.Ending?.RowKey ?? "",
        ["past_endings"] = string.Join(' ', row.PastEndings.Select(ending => $"{ending.PartitionKey}/{ending.RowKey}")),
        ["ended_at"] = RowValues.Time(row.EndedAt),
        ["bytes"] = row.Bytes,
        ["token"] = row.Token,
    });

    /// <summary>What a renewal of the lease writes.</summary>
    public static TableEntity ToRenewal(LedgerRow row) => WithRelay(row, new(row.Id.PartitionKey, row.Id.RowKey)
    {
        ["claim_relay"] = row.Claim?.Relay ?? "",
        ["lease_until"] = RowValues.Time(row.Claim?.LeaseUntil),
        ["token"] = row.Token,
    });

    /// <summary>What a purge of the content writes. A merge cannot take a property away, so none is an empty one.</summary>
    public static TableEntity ToWithoutContent(LedgerRow row) => new(row.Id.PartitionKey, row.Id.RowKey)
    {
        [ContentProperty] = Array.Empty<byte>(),
        ["content_blob"] = "",
        ["content_shared"] = "",
        ["content_purged_at"] = RowValues.Time(row.ContentPurgedAt),
        ["token"] = row.Token,
    };

    /// <summary>What an erasure writes: that the content is gone, and what is left that names nobody.</summary>
    public static TableEntity ToErased(LedgerRow row)
    {
        var entity = ToWithoutContent(row);
        entity["recipients"] = RowValues.Recipients(row.Recipients);
        entity["subject"] = row.Subject;
        entity["reason"] = RowValues.Reason(row.Reason);
        return entity;
    }

    /// <summary>The row; null, and a line in the log, when this version of the app cannot read it: one row must not stop the others.</summary>
    public static LedgerRow? FromEntityOrSkip(TableEntity entity, ILogger logger) =>
        UnreadableRow.ReadOrSkip(entity, FromEntity, StorageNames.EmailsTable, logger);

    public static LedgerRow FromEntity(TableEntity entity)
    {
        if (entity.GetInt32("v") is not { } version || version > Version)
            throw new InvalidDataException($"Row {entity.PartitionKey}/{entity.RowKey} of Emails was written by a newer version of the app.");

        var row = new LedgerRow
        {
            Id = EmailId.Parse(entity.RowKey),
            State = EmailStates.Parse(entity.RequiredText("state")),
            Lane = LaneNames.Parse(entity.RequiredText("lane")),
            Sender = entity.RequiredText("sender"),
            Subject = entity.GetString("subject") ?? "",
            AcceptedAt = entity.RequiredTime("accepted_at"),
            ExpiresAt = entity.RequiredTime("expires_at"),
            NamedEnd = entity.OptionalTime("named_end"),
            ScheduledAt = entity.OptionalTime("scheduled_at"),
            Batch = entity.OptionalText("batch") is { } batch ? EmailId.Parse(batch) : null,
            OnUncertain = Enum.Parse<UncertainPolicy>(entity.RequiredText("on_uncertain")),
            Recipients = entity.Recipients("recipients"),
            Tags = entity.Tags("tags"),
            Attempt = entity.GetInt32("attempt") ?? 0,
            EventMinutes = entity.OptionalText("event_minutes")?.Split(' ') ?? [],
            DueAt = entity.OptionalTime("due_at"),
            Waits = entity.GetInt32("waits") ?? 0,
            Reason = entity.OptionalText("reason"),
            Faults = entity.GetInt32("faults") ?? 0,
            LastFaultSource = entity.OptionalText("fault_source"),
            EndedAt = entity.OptionalTime("ended_at"),
            Relay = entity.OptionalText("relay"),
            Trace = entity.OptionalText("trace"),
            Bytes = entity.GetInt64("bytes") ?? 0,
            Token = entity.GetString("token") ?? "",
            Content = Content(entity),
            ContentPurgedAt = entity.OptionalTime("content_purged_at"),
            PastEndings = [.. entity.OptionalText("past_endings")?.Split(' ').Select(EventKeyOf) ?? []],
            ETag = entity.ETag,
        };
        return row with { Claim = ClaimOf(entity, row), Ending = EndingOf(entity) };
    }

    /// <summary>Merged into the row, what is not written stays: a claim that ends leaves the name of its relay.</summary>
    private static TableEntity WithRelay(LedgerRow row, TableEntity entity)
    {
        if (row.Claim is { } claim)
            entity["relay"] = claim.Relay;
        return entity;
    }

    private static StoredContent? Content(TableEntity entity)
    {
        var inline = entity.GetBinary(ContentProperty) is { Length: > 0 } bytes ? bytes : null;
        var (blob, shared) = (entity.OptionalText("content_blob"), entity.OptionalText("content_shared"));
        return (inline ?? (object?)blob ?? shared) is null ? null : new StoredContent(inline, blob, shared, entity.GetInt64("content_referred") ?? 0);
    }

    private static Claim? ClaimOf(TableEntity entity, LedgerRow row) =>
        entity.OptionalText("claim_worker") is { } worker
            ? new Claim(worker, entity.RequiredTime("lease_until"), row.EventOfAttempt(row.Attempt), entity.OptionalText("claim_relay") ?? "")
            : null;

    private static EventKey EventKeyOf(string text) => new(text[..text.IndexOf('/', StringComparison.Ordinal)], text[(text.IndexOf('/', StringComparison.Ordinal) + 1)..]);

    private static EventKey? EndingOf(TableEntity entity) =>
        entity.OptionalText("ending_partition") is { } partition ? new EventKey(partition, entity.RequiredText("ending_row")) : null;
}
