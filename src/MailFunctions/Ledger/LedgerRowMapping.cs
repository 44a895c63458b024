using System.Globalization;
using Azure.Data.Tables;
using MailFunctions.Mail;
using MailFunctions.Storage;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Ledger;

/// <summary>Maps a <see cref="LedgerRow"/> to the table Emails and back. The version determines which code can read it.</summary>
internal static class LedgerRowMapping
{
    public const int Version = 1;

    private const string ContentProperty = "content";

    /// <summary>All properties of a row except its content.</summary>
    public static readonly IReadOnlyList<string> WithoutContent =
    [
        "PartitionKey", "RowKey", "odata.etag", "Timestamp",
        "v", "state", "lane", "sender", "subject", "accepted_at", "expires_at", "on_uncertain", "recipients", "tags", "attempt",
        "event_minutes", "claim_worker", "claim_relay", "last_worker", "lease_until", "due_at", "waits", "reason", "faults", "fault_source",
        "ending_partition", "ending_row", "ended_at", "bytes", "token", "content_blob", "content_shared", "content_referred", "scheduled_at", "named_end", "batch", "relay", "trace", "past_endings", "content_purged_at", "corrected", "waiting_for", "key", "quota", "topic", "unsubscribed",
    ];

    /// <summary>The values that a reader assumes for missing properties.</summary>
    private static readonly LedgerRow Blank = new() { Id = default, State = default, Lane = default, Sender = "", AcceptedAt = default, ExpiresAt = default };

    /// <summary>The row that an accept inserts: all properties that are not blank.</summary>
    public static TableEntity ToInsert(LedgerRow row)
    {
        var entity = ToUpdate(row with { Stored = Blank });
        // Readers require these properties, whatever their values.
        entity["v"] = Version;
        entity["state"] = row.State.Name();
        entity["lane"] = row.Lane.Name();
        entity["sender"] = row.Sender;
        entity["accepted_at"] = RowValues.Time(row.AcceptedAt);
        entity["on_uncertain"] = row.OnUncertain.ToString();
        var changes = new Changes(row, Blank, entity);
        changes.Add("subject", of => of.Subject, subject => subject);
        changes.Add("tags", of => of.Tags, LedgerValues.Tags);
        changes.Add(ContentProperty, of => of.Content?.Inline, inline => inline!);
        changes.Add("content_blob", of => of.Content?.BlobName, blob => blob!);
        changes.Add("content_shared", of => of.Content?.SharedName, shared => shared!);
        changes.Add("content_referred", of => of.Content?.ReferredBytes ?? 0, bytes => bytes);
        changes.Add("named_end", of => of.NamedEnd, end => RowValues.Time(end));
        changes.Add("batch", of => of.Batch, batch => batch!.Value.ToString());
        changes.Add("key", of => of.Key, key => key!);
        changes.Add("trace", of => of.Trace, trace => trace!);
        changes.Add("quota", of => of.Quota, mark => mark!);
        changes.Add("topic", of => of.Topic, topic => topic!);
        return entity;
    }

    /// <summary>The mutable properties that differ from the stored row, to be merged into it.</summary>
    public static TableEntity ToUpdate(LedgerRow row)
    {
        var entity = new TableEntity(row.Id.PartitionKey, row.Id.RowKey) { ["token"] = row.Token };
        var changes = new Changes(row, row.Stored ?? throw new ArgumentException("The row was not read from the table.", nameof(row)), entity);
        changes.Add("state", of => of.State, state => state.Name());
        changes.Add("scheduled_at", of => of.ScheduledAt, time => RowValues.Time(time));
        changes.Add("expires_at", of => of.ExpiresAt, time => RowValues.Time(time));
        changes.Add("recipients", of => of.Recipients, LedgerValues.Recipients);
        changes.Add("attempt", of => of.Attempt, attempt => attempt);
        changes.Add("event_minutes", of => of.EventMinutes, minutes => string.Join(' ', minutes));
        changes.Add("corrected", of => of.Corrected, attempts => string.Join(' ', attempts.Select(attempt => attempt.ToString(CultureInfo.InvariantCulture))));
        changes.Add("claim_worker", of => of.Claim?.Worker, worker => worker ?? "");
        changes.Add("claim_relay", of => of.Claim?.Relay, relay => relay ?? "");
        changes.Add("lease_until", of => of.Claim?.LeaseUntil, time => RowValues.Time(time));
        changes.Add("last_worker", of => of.LastWorker, worker => worker ?? "");
        changes.Add("relay", of => of.Relay, relay => relay ?? "");
        changes.Add("due_at", of => of.DueAt, time => RowValues.Time(time));
        changes.Add("waits", of => of.Waits, waits => waits);
        changes.Add("reason", of => of.Reason, LedgerValues.Reason);
        changes.Add("waiting_for", of => of.WaitingFor, waiting => waiting?.Name() ?? "");
        changes.Add("faults", of => of.Faults, faults => faults);
        changes.Add("fault_source", of => of.LastFaultSource, source => source ?? "");
        changes.Add("ending_partition", of => of.Ending?.PartitionKey, partition => partition ?? "");
        changes.Add("ending_row", of => of.Ending?.RowKey, rowKey => rowKey ?? "");
        changes.Add("past_endings", of => of.PastEndings, endings => string.Join(' ', endings.Select(ending => $"{ending.PartitionKey}/{ending.RowKey}")));
        changes.Add("ended_at", of => of.EndedAt, time => RowValues.Time(time));
        changes.Add("bytes", of => of.Bytes, bytes => bytes);
        changes.Add("unsubscribed", of => of.UnsubscribedMinute, minute => minute ?? "");
        return entity;
    }

    /// <summary>The properties that a purge of the content writes. A merge cannot remove a property, so an empty one means none.</summary>
    public static TableEntity ToWithoutContent(LedgerRow row) => new(row.Id.PartitionKey, row.Id.RowKey)
    {
        [ContentProperty] = Array.Empty<byte>(),
        ["content_blob"] = "",
        ["content_shared"] = "",
        ["content_purged_at"] = RowValues.Time(row.ContentPurgedAt),
        ["token"] = row.Token,
    };

    /// <summary>The properties that an erasure writes: the content is gone, and the rest names no person.</summary>
    public static TableEntity ToErased(LedgerRow row)
    {
        var entity = ToWithoutContent(row);
        entity["recipients"] = LedgerValues.Recipients(row.Recipients);
        entity["subject"] = row.Subject;
        entity["reason"] = LedgerValues.Reason(row.Reason);
        return entity;
    }

    /// <summary>Reads a row; null, and a log line, if this version of the app cannot read it: one row must not block the others.</summary>
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
            Key = entity.OptionalText("key"),
            OnUncertain = Enum.Parse<UncertainPolicy>(entity.RequiredText("on_uncertain")),
            Recipients = entity.Recipients("recipients"),
            Tags = entity.Tags("tags"),
            Attempt = entity.GetInt32("attempt") ?? 0,
            EventMinutes = entity.OptionalText("event_minutes")?.Split(' ') ?? [],
            Corrected = [.. entity.OptionalText("corrected")?.Split(' ').Select(attempt => int.Parse(attempt, CultureInfo.InvariantCulture)) ?? []],
            DueAt = entity.OptionalTime("due_at"),
            Waits = entity.GetInt32("waits") ?? 0,
            Reason = entity.OptionalText("reason"),
            WaitingFor = WaitReasons.Find(entity.OptionalText("waiting_for")),
            Faults = entity.GetInt32("faults") ?? 0,
            LastFaultSource = entity.OptionalText("fault_source"),
            EndedAt = entity.OptionalTime("ended_at"),
            Relay = entity.OptionalText("relay"),
            LastWorker = entity.OptionalText("last_worker"),
            Trace = entity.OptionalText("trace"),
            Quota = entity.OptionalText("quota"),
            Topic = entity.OptionalText("topic"),
            UnsubscribedMinute = entity.OptionalText("unsubscribed"),
            Bytes = entity.GetInt64("bytes") ?? 0,
            Token = entity.GetString("token") ?? "",
            Content = Content(entity),
            ContentPurgedAt = entity.OptionalTime("content_purged_at"),
            PastEndings = [.. entity.OptionalText("past_endings")?.Split(' ').Select(EventKeyOf) ?? []],
        };
        return (row with { Claim = ClaimOf(entity, row), Ending = EndingOf(entity) }).StoredAs(entity.ETag);
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

    /// <summary>Collects the properties in which a row differs from another.</summary>
    private readonly struct Changes(LedgerRow row, LedgerRow from, TableEntity entity)
    {
        public void Add<T>(string name, Func<LedgerRow, T> of, Func<T, object> stored)
        {
            if (!EqualityComparer<T>.Default.Equals(of(row), of(from)))
                entity[name] = stored(of(row));
        }
    }
}
