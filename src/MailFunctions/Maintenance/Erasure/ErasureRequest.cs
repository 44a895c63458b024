using MailFunctions.Http;
using MailFunctions.Http.Requests;
using MailFunctions.Ledger.Scans;
using MailFunctions.Mail;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Maintenance.Erasure;

/// <summary>The recipient whose data is erased, and what is erased besides mail in a final state.</summary>
/// <param name="Address">Normalised by <see cref="RecipientHash.Normalise"/>.</param>
/// <param name="DryRun">Count, and change nothing. True by default.</param>
/// <param name="CancelOpen">Cancel, then erase, mail that can be canceled and has no other recipient.</param>
/// <param name="DeleteSuppression">Also delete the suppression entry: mail to that address is no longer blocked then.</param>
/// <param name="After">The place where an earlier call stopped.</param>
internal sealed record ErasureRequest(string Address, bool DryRun, bool CancelOpen, bool DeleteSuppression, ScanCursor? After)
{
    private const int MaxValues = 20;
    private const int AddressChars = 512;
    private const int AfterChars = 256;

    public static async Task<OrProblem<ErasureRequest>> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var document = await RequestDocument.ReadAsync(request, MaxValues, cancellationToken);
        if (!document.Succeeded)
            return document.Problem;

        var (root, errors) = document.Value;
        if (RequestFields.Of(root, errors, "address", "dry_run", "cancel_open", "delete_suppression", "after") is not { } fields)
            return errors.ToProblem();
        var read = new ErasureRequest(
            ReadAddress(fields, errors),
            fields.Flag("dry_run", byDefault: true),
            fields.Flag("cancel_open", byDefault: false),
            fields.Flag("delete_suppression", byDefault: false),
            ReadAfter(fields, errors));
        return errors.Any ? errors.ToProblem() : read;
    }

    private static string ReadAddress(RequestFields fields, ErrorList errors)
    {
        var value = fields.Required("address");
        if (fields.Text(value, AddressChars) is not { } text)
            return "";
        if (AddressParser.TryParse(text, out var address, out var fault))
            return RecipientHash.Normalise(address.Mailbox);
        errors.Add(value!, fault);
        return "";
    }

    private static ScanCursor? ReadAfter(RequestFields fields, ErrorList errors)
    {
        var value = fields.Optional("after");
        if (fields.Text(value, AfterChars) is not { } text)
            return null;
        if (!ScanCursor.TryParse(text, out var cursor))
            errors.Add(value!, "must be what the call before gave as after");
        return cursor;
    }
}
