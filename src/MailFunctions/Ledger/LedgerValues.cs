using System.Text.Json;
using Azure.Data.Tables;
using MailFunctions.Mail;
using MailFunctions.Storage;

namespace MailFunctions.Ledger;

/// <summary>Converts lists of the ledger to JSON values of table properties and back, and limits its sentences.</summary>
internal static class LedgerValues
{
    private const int MaxBytes = 60 * 1024;
    private const int MaxReason = 2000;

    /// <summary>Serialises recipients. Azure takes 64 KiB a property: relays' reply texts are shortened if too long together.</summary>
    public static byte[] Recipients(IReadOnlyList<Recipient> recipients)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes([.. recipients], LedgerJson.Compact.ListRecipient);
        for (var longest = 400; bytes.Length > MaxBytes && longest > 0; longest -= 100)
        {
            var shortened = recipients.Select(recipient => recipient with { Reply = Shorten(recipient.Reply, longest) });
            bytes = JsonSerializer.SerializeToUtf8Bytes([.. shortened], LedgerJson.Compact.ListRecipient);
        }

        return bytes;
    }

    /// <summary>A sentence for a human reader, shortened to what a property holds.</summary>
    public static string Reason(string? reason) => reason is null ? "" : reason.Length <= MaxReason ? reason : string.Concat(reason.AsSpan(0, MaxReason - 1), "…");

    public static IReadOnlyList<Recipient> Recipients(this TableEntity entity, string name) =>
        entity.GetBinary(name) is { Length: > 0 } bytes ? JsonSerializer.Deserialize(bytes, LedgerJson.Default.ListRecipient)! : [];

    public static string Tags(IReadOnlyList<Tag> tags) =>
        tags.Count == 0 ? "" : JsonSerializer.Serialize([.. tags], LedgerJson.Default.ListTag);

    public static IReadOnlyList<Tag> Tags(this TableEntity entity, string name) =>
        entity.OptionalText(name) is { } json ? JsonSerializer.Deserialize(json, LedgerJson.Default.ListTag)! : [];

    private static SmtpReply? Shorten(SmtpReply? reply, int longest) =>
        reply is null || reply.Text.Length <= longest ? reply : reply with { Text = string.Concat(reply.Text.AsSpan(0, longest - 1), "…") };
}
