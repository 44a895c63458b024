using System.Globalization;
using Azure.Data.Tables;
using MailFunctions.Storage;

namespace MailFunctions.Keys.Pauses;

/// <summary>A target that is paused.</summary>
/// <param name="Reason">A sentence of the person who paused it.</param>
/// <param name="By">The caller who paused it, as the audit trail names callers.</param>
/// <param name="EndsAt">The time at which it is resumed by itself; null if a call must resume it.</param>
internal sealed record Pause(PauseTarget Target, string Reason, string By, DateTimeOffset Since, DateTimeOffset? EndsAt)
{
    public const string Partition = "pause";

    private const int Version = 1;

    public bool IsInForce(DateTimeOffset now) => EndsAt is not { } end || now < end;

    /// <summary>Says who paused what, and why.</summary>
    public string Sentence()
    {
        var until = EndsAt is { } end ? string.Create(CultureInfo.InvariantCulture, $" until {end:u}") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{What} is paused{until}, since {Since:u}, by {By}: {Reason.TrimEnd('.')}.");
    }

    private string What => Target.Kind switch
    {
        PauseKind.Key => $"API key {Target.Name}",
        PauseKind.Sender => $"Sender {Target.Name}",
        _ => $"Lane {Target.Name}",
    };

    public TableEntity ToEntity() => new(Partition, Target.RowKey)
    {
        ["v"] = Version,
        ["kind"] = Target.Kind.Name(),
        ["name"] = Target.Name,
        ["reason"] = Reason,
        ["by"] = By,
        ["since"] = RowValues.Time(Since),
        // The name that the sweep of expired rows looks for.
        ["expires_at"] = RowValues.Time(EndsAt),
    };

    /// <exception cref="InvalidDataException">A newer version of the app wrote the row.</exception>
    public static Pause FromEntity(TableEntity row) => new(
        PauseKinds.Find(row.RequiredText("kind")) is { } kind
            ? new PauseTarget(kind, row.RequiredText("name"))
            : throw new InvalidDataException($"Row {row.PartitionKey}/{row.RowKey} pauses a kind that is unknown here."),
        row.RequiredText("reason"),
        row.RequiredText("by"),
        row.RequiredTime("since"),
        row.OptionalTime("expires_at"));
}
