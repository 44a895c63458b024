using System.Globalization;
using MailFunctions.Http;
using MailFunctions.Http.Requests;
using MailFunctions.Intake;
using MailFunctions.Mail;
using MailFunctions.Suppression;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Api.Suppressions;

/// <summary>Reads the requests about suppressions, and collects all errors in them.</summary>
internal sealed class SuppressionRequestReader(TimeProvider clock)
{
    /// <summary>The most addresses in one import.</summary>
    public const int MaxImport = 10_000;

    public const int NoteChars = 500;

    /// <summary>
    /// The most JSON values: each entry is an object with at most six, in an array in an object; the rest is room for
    /// reporting an excess.
    /// </summary>
    private const int MaxValues = 8 * MaxImport;

    private const int WordChars = 256;

    /// <summary>Reads the address of a path. The server decodes everything in a path except the slash.</summary>
    public static OrProblem<string> ReadAddress(string segment)
    {
        var text = segment.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        return TryNormalise(text, out var address, out var fault) ? address : Problem.WrongParameters([new ProblemError(fault, Parameter: "address")]);
    }

    /// <summary>Reads the body of a PUT; without one, the entry is manual and permanent.</summary>
    public async Task<OrProblem<SuppressionEntry>> ReadEntryAsync(string address, HttpRequest request, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(request.ContentType) && await IsEmptyAsync(request.Body, cancellationToken))
            return new SuppressionEntry(address, SuppressionReason.Manual, SuppressionScope.All, clock.GetUtcNow(), null, null);

        var document = await RequestDocument.ReadAsync(request, MaxValues, cancellationToken);
        if (!document.Succeeded)
            return document.Problem;
        var (root, errors) = document.Value;
        var entry = RequestFields.Of(root, errors, "reason", "scope", "topic", "expires_at", "note") is { } fields ? ReadEntry(address, fields, errors) : null;
        return errors.Any || entry is null ? errors.ToProblem() : entry;
    }

    /// <summary>Reads the body of an import, which is accepted as a whole or not at all.</summary>
    public async Task<OrProblem<IReadOnlyList<SuppressionEntry>>> ReadImportAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var document = await RequestDocument.ReadAsync(request, MaxValues, cancellationToken);
        if (!document.Succeeded)
            return document.Problem;
        var (root, errors) = document.Value;
        var entries = RequestFields.Of(root, errors, "suppressions")?.Required("suppressions") is { } list ? ReadEntries(list, errors) : [];
        return errors.Any ? errors.ToProblem() : entries;
    }

    /// <summary>Tests for an empty body, however its length was announced.</summary>
    private static async Task<bool> IsEmptyAsync(Stream body, CancellationToken cancellationToken) => await body.ReadAsync(new byte[1], cancellationToken) == 0;

    private SuppressionEntry[] ReadEntries(RequestValue list, ErrorList errors)
    {
        if (!list.IsArray)
            errors.Add(list, $"must be an array, not {list.KindName}");
        else if (list.Items.Count > MaxImport)
            errors.Add(list, string.Create(CultureInfo.InvariantCulture, $"has {list.Items.Count} entries: at most {MaxImport} are allowed in one call"));
        else
            return [.. list.Items.Select(item => ReadListed(item, errors)).OfType<SuppressionEntry>()];
        return [];
    }

    private SuppressionEntry? ReadListed(RequestValue item, ErrorList errors)
    {
        if (RequestFields.Of(item, errors, "address", "reason", "scope", "topic", "expires_at", "note") is not { } fields)
            return null;
        var value = fields.Required("address");
        var text = fields.Text(value, EmailLimits.AddressChars);
        var address = "";
        if (text is not null && !TryNormalise(text, out address, out var fault))
            errors.Add(value!, fault);
        return ReadEntry(address, fields, errors);
    }

    private SuppressionEntry ReadEntry(string address, RequestFields fields, ErrorList errors)
    {
        var reason = ReadWord(fields.Optional("reason"), SuppressionWords.TryParse, SuppressionReason.Manual, SuppressionWords.Name, errors);
        var scope = ReadWord(fields.Optional("scope"), SuppressionWords.TryParse, SuppressionScope.All, SuppressionWords.Name, errors);
        var expiresAt = ReadExpiry(fields.Optional("expires_at"), errors);
        var note = fields.Text(fields.Optional("note"), NoteChars);
        return new SuppressionEntry(address, reason, scope, clock.GetUtcNow(), expiresAt, string.IsNullOrWhiteSpace(note) ? null : note)
        {
            Topic = fields.Optional("topic") is { } topic ? UnsubscribeRules.ReadTopic(topic, errors) : null,
        };
    }

    private DateTimeOffset? ReadExpiry(RequestValue? value, ErrorList errors)
    {
        if (RequestInstant.Read(value, errors) is not { } at)
            return null;
        if (at <= clock.GetUtcNow())
            errors.Add(value!, "must lie in the future; leave it out for an entry that stays for good");
        return at;
    }

    private static T ReadWord<T>(RequestValue? value, TryParse<T> tryParse, T byDefault, Func<T, string> nameOf, ErrorList errors)
        where T : struct, Enum
    {
        if (value is null || RequestFields.ReadText(value, WordChars, errors) is not { } text)
            return byDefault;
        if (!tryParse(text, out var word))
            errors.Add(value, $"must be one of {string.Join(", ", Enum.GetValues<T>().Select(nameOf))}, not {ErrorList.Quote(text)}");
        return word;
    }

    private static bool TryNormalise(string text, out string address, out string fault)
    {
        address = "";
        if (!AddressParser.TryParse(text, out var parsed, out var wrong))
            fault = wrong;
        else if (parsed.DisplayName.Length > 0)
            fault = "has a name: write the address alone, as in a@b.c";
        else
            (address, fault) = (SuppressionKey.Normalise(parsed.Mailbox), "");
        return fault.Length == 0;
    }

    private delegate bool TryParse<T>(string? text, out T word);
}
