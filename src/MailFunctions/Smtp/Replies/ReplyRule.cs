using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using MailFunctions.Mail;
using MailFunctions.Smtp.Relays;

namespace MailFunctions.Smtp.Replies;

/// <summary>One line of <see cref="ReplyTable"/>. A rule matches when all of its patterns do.</summary>
/// <param name="Source">The document or report that the code or the words come from.</param>
internal sealed record ReplyRule(ReplyConcern Concern, RelayCause? Cause, ReplyStages Stages, string Source)
{
    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking;

    private readonly Regex? _codes;
    private readonly Regex? _enhanced;
    private readonly Regex[] _texts = [];
    private readonly Regex? _except;

    /// <summary>A pattern for the whole reply code; null: any.</summary>
    public string? Codes
    {
        get;
        init => _codes = Whole(field = value);
    }

    /// <summary>A pattern for the whole enhanced status code; null: any, or none.</summary>
    public string? Enhanced
    {
        get;
        init => _enhanced = Whole(field = value);
    }

    /// <summary>Patterns that must all be found in the text. They are matched in linear time, since the text is untrusted.</summary>
    public IReadOnlyList<string> Texts
    {
        get;
        init => _texts = [.. (field = value).Select(text => new Regex(text, Options))];
    } = [];

    /// <summary>A pattern that must not be found in the text.</summary>
    public string? Except
    {
        get;
        init => _except = (field = value) is null ? null : new Regex(value!, Options);
    }

    public bool Fits(ReplyStages stage, string code, SmtpReply reply) =>
        Stages.HasFlag(stage)
        && (_codes is null || _codes.IsMatch(code))
        && (_enhanced is null || (reply.EnhancedCode is { } enhanced && _enhanced.IsMatch(enhanced)))
        && Array.TrueForAll(_texts, text => text.IsMatch(reply.Text))
        && _except?.IsMatch(reply.Text) != true;

    [return: NotNullIfNotNull(nameof(pattern))]
    private static Regex? Whole(string? pattern) => pattern is null ? null : new Regex($@"\A(?:{pattern})\z", Options);
}
