using MailFunctions.Keys.Callers;
using MailFunctions.Keys.Pauses;
using MailFunctions.Mail;

namespace MailFunctions.Keys.Audit;

/// <summary>
/// Names what a call is about, by its path, without an address: that of a suppression or a paused sender stands as its hash.
/// What a caller has written into a path and is no id or name stands as <c>?</c>.
/// </summary>
internal static class AuditedTarget
{
    private const string Unreadable = "?";
    private const int MaxChars = 100;

    /// <param name="path">The path of the request, decoded as the server does it.</param>
    public static string Of(ApiCall call, string path)
    {
        var route = call.Route.Split('/');
        var kind = route[call.HasTwin ? 0 : 1];
        if (!route.Any(IsParameter))
            return kind;

        // The host's prefix, and that of calls with a key alone, come before the route.
        var given = path.TrimEnd('/').Split('/');
        var values = route.Zip(given.Length >= route.Length ? given[^route.Length..] : route, (part, value) => (Part: part, Value: value))
            .Where(pair => IsParameter(pair.Part))
            .Select(pair => pair.Value)
            .ToList();
        return $"{kind}/{NameOf(kind, values)}";
    }

    private static string NameOf(string kind, List<string> values) => kind switch
    {
        "emails" or "batches" => EmailId.TryParse(values[0], out var id) ? id.ToString() : Unreadable,
        "suppressions" => AddressParser.TryParse(Unescaped(values[0]), out var address, out _) ? RecipientHash.Of(address.Mailbox) : Unreadable,
        "pauses" => PauseKinds.Find(values[0]) is { } of && PauseTarget.TryParse(of, Unescaped(values[1]), out var target, out _) ? $"{of.Name()}/{target.Alias}" : Unreadable,
        "keys" => ApiKeyText.IsId(values[0]) ? values[0] : Unreadable,
        _ => string.Join('/', values.Select(value => IsName(value) ? value : Unreadable)),
    };

    /// <summary>The server decodes everything in a path except the slash.</summary>
    private static string Unescaped(string segment) => segment.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    private static bool IsParameter(string part) => part.StartsWith('{');

    /// <summary>True for what names of templates, timers, queues and their messages are made of, which no address and no API key is.</summary>
    private static bool IsName(string value) => value.Length is > 0 and <= MaxChars && !ApiKeyText.IsMeant(value) && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}
