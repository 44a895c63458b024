using System.Globalization;
using Azure.Data.Tables;
using MailFunctions.Mail;
using MailFunctions.Storage;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Ledger;

/// <summary>Maps an <see cref="EmailEvent"/> to the table Events and back.</summary>
internal static class EmailEventMapping
{
    public const int Version = 1;

    /// <summary>Maps an event, without its blank properties: an event is inserted, never merged.</summary>
    public static TableEntity ToEntity(EmailEvent e)
    {
        var entity = new TableEntity(e.Key.PartitionKey, e.Key.RowKey)
        {
            ["v"] = Version,
            ["id"] = e.Id.ToString(),
            ["kind"] = e.Kind.ToString(),
            ["attempt"] = e.Attempt,
            ["at"] = RowValues.Time(e.At),
            ["lane"] = e.Lane.Name(),
            ["accepted_at"] = RowValues.Time(e.SendableAt),
            ["bytes"] = e.Bytes,
            ["duration"] = e.Duration.ToString("c", CultureInfo.InvariantCulture),
            ["recipients"] = LedgerValues.Recipients(e.Recipients),
            ["state"] = e.State.Name(),
            ["token"] = e.Token,
        };
        if (e.Relay is { Length: > 0 } relay)
            entity["relay"] = relay;
        if (e.Tags.Count > 0)
            entity["tags"] = LedgerValues.Tags(e.Tags);
        if (e.NextDue is { } due)
            entity["next_due"] = RowValues.Time(due);
        if (e.WaitingFor is { } waiting)
            entity["waiting_for"] = waiting.Name();
        if (e.Reason is { Length: > 0 } reason)
            entity["reason"] = LedgerValues.Reason(reason);
        return entity;
    }

    /// <summary>The properties that an erasure overwrites in an event, which is otherwise never changed.</summary>
    public static TableEntity ToErased(EmailEvent e) => new(e.Key.PartitionKey, e.Key.RowKey)
    {
        ["recipients"] = LedgerValues.Recipients(e.Recipients),
        ["reason"] = LedgerValues.Reason(e.Reason),
    };

    /// <summary>Reads an event; null, and a log line, if this version of the app cannot read it.</summary>
    public static EmailEvent? FromEntityOrSkip(TableEntity entity, ILogger logger) =>
        UnreadableRow.ReadOrSkip(entity, FromEntity, StorageNames.EventsTable, logger);

    public static EmailEvent FromEntity(TableEntity entity)
    {
        if (entity.GetInt32("v") is not { } version || version > Version)
            throw new InvalidDataException($"Row {entity.PartitionKey}/{entity.RowKey} of Events was written by a newer version of the app.");

        return new EmailEvent
        {
            Key = new EventKey(entity.PartitionKey, entity.RowKey),
            Id = EmailId.Parse(entity.RequiredText("id")),
            Kind = Enum.Parse<EventKind>(entity.RequiredText("kind")),
            Attempt = entity.GetInt32("attempt") ?? 0,
            At = entity.RequiredTime("at"),
            Lane = LaneNames.Parse(entity.RequiredText("lane")),
            Relay = entity.OptionalText("relay"),
            SendableAt = entity.RequiredTime("accepted_at"),
            Bytes = entity.GetInt64("bytes") ?? 0,
            Duration = TimeSpan.Parse(entity.OptionalText("duration") ?? "0", CultureInfo.InvariantCulture),
            Tags = entity.Tags("tags"),
            Recipients = entity.Recipients("recipients"),
            State = EmailStates.Parse(entity.RequiredText("state")),
            NextDue = entity.OptionalTime("next_due"),
            WaitingFor = WaitReasons.Find(entity.OptionalText("waiting_for")),
            Reason = entity.OptionalText("reason"),
            Token = entity.RequiredText("token"),
        };
    }
}
