using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace MailFunctions.Smtp.Composition;

/// <summary>
/// Header fields with a grammar, among those that a caller may set: programs read them, and an encoded word (RFC 2047) is
/// valid only in some places. docs/api.md has the same table.
/// </summary>
internal static class StructuredFields
{
    private static readonly FrozenDictionary<string, FieldGrammar> Grammars = new Dictionary<FieldGrammar, string[]>
    {
        // RFC 2369 section 3, RFC 5064.
        [FieldGrammar.Uris] = ["List-Help", "List-Unsubscribe", "List-Subscribe", "List-Post", "List-Owner", "List-Archive", "Archived-At"],

        // RFC 2919.
        [FieldGrammar.ListId] = ["List-Id"],

        // RFC 8098 section 2.1; RFC 2076 sections 3.4 and 3.5 for those that are only customary.
        [FieldGrammar.Mailboxes] =
        [
            "Disposition-Notification-To", "Return-Receipt-To", "X-Confirm-Reading-To", "Errors-To", "X-Errors-To", "Abuse-Reports-To", "X-Complaints-To",
            "Mail-Followup-To", "Mail-Reply-To", "X-Reply-To",
        ],

        // RFC 5322 section 3.6.4, RFC 8098 section 3.2.5, RFC 4021 section 2.1 (Supersedes, Obsoletes).
        [FieldGrammar.MessageIds] = ["In-Reply-To", "References", "Original-Message-ID", "Supersedes", "Obsoletes"],

        // RFC 5322 section 3.6.5.
        [FieldGrammar.Phrases] = ["Keywords"],

        [FieldGrammar.Tokens] =
        [
            "List-Unsubscribe-Post", // RFC 8058
            "Auto-Submitted", // RFC 3834
            "Disposition-Notification-Options", "Original-Recipient", "Final-Recipient", // RFC 8098
            "Importance", "Priority", "Sensitivity", "Expires", "Expiry-Date", "Reply-By", "Autoforwarded", "Autosubmitted", "Deferred-Delivery", // RFC 2156, RFC 4021
            "Precedence", // RFC 2076 section 3.9
            "Message-Context", // RFC 3458
            "Solicitation", // RFC 3865
            "VBR-Info", // RFC 5518
            "MT-Priority", // RFC 6758
            "Require-Recipient-Valid-Since", // RFC 7293
            "TLS-Required", // RFC 8689
            "Accept-Language", // RFC 3282
            "Encrypted", "Jabber-ID", "Autocrypt", "OpenPGP", "Face", "X-Face", "BIMI-Selector", "Feedback-ID",
            "X-Priority", "X-MSMail-Priority", "X-Auto-Response-Suppress",
        ],
    }.SelectMany(kind => kind.Value, (kind, name) => (name, kind.Key)).ToFrozenDictionary(field => field.name, field => field.Key, StringComparer.OrdinalIgnoreCase);

    public static bool Has(string name) => Grammars.ContainsKey(name);

    /// <summary>Encodes a value in ASCII by the grammar of its field. A value that is ASCII stays as it is.</summary>
    /// <param name="fault">Why it cannot be encoded, as the rest of a sentence about the value.</param>
    public static bool TryEncode(string name, string value, [NotNullWhen(true)] out string? encoded, [NotNullWhen(false)] out string? fault)
    {
        (encoded, fault) = (value, null);
        if (Ascii.IsValid(value) || !Grammars.TryGetValue(name, out var grammar))
            return true;

        (encoded, fault) = grammar switch
        {
            FieldGrammar.Uris => UriField.Encode(value),
            FieldGrammar.ListId => PhraseField.EncodeListId(value),
            FieldGrammar.Mailboxes => PhraseField.EncodeMailboxes(value),
            FieldGrammar.Phrases => (PhraseField.EncodePhrases(value), null),
            _ => ((string?)null, (string?)"holds characters beyond ASCII, which this header has no way to write (RFC 2047 section 5)"),
        };
        return encoded is not null;
    }
}

/// <summary>The grammar of a field's value.</summary>
internal enum FieldGrammar
{
    /// <summary>URIs in angle brackets, with comments.</summary>
    Uris,

    /// <summary>A phrase, and the identifier of a list in angle brackets.</summary>
    ListId,

    /// <summary>Mailboxes separated by commas.</summary>
    Mailboxes,

    /// <summary>Message ids in angle brackets.</summary>
    MessageIds,

    /// <summary>Phrases separated by commas.</summary>
    Phrases,

    /// <summary>Tokens that programs compare.</summary>
    Tokens,
}
