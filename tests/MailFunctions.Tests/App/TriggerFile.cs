using System.Text.RegularExpressions;
using MailFunctions.Storage;

namespace MailFunctions.Tests.App;

/// <summary>One file of src/MailFunctions.Triggers, as text.</summary>
internal sealed partial record TriggerFile(string Name, string Text)
{
    public static IReadOnlyList<TriggerFile> All { get; } =
    [
        .. Repository.Files("src/MailFunctions.Triggers", "*.cs")
            .Select(path => new TriggerFile(Path.GetFileNameWithoutExtension(path), Repository.Text(path))),
    ];

    /// <summary>The types of what its class is made with.</summary>
    public IReadOnlyList<string> Services =>
        [.. Constructor().Match(Text).Groups[1].Value.Split(',', StringSplitOptions.TrimEntries).Select(parameter => parameter.Split(' ')[0])];

    public int Lines => Text.TrimEnd().Split('\n').Length;

    /// <summary>What stands in each <c>[Function(…)]</c>.</summary>
    public IReadOnlyList<string> Functions => [.. FunctionAttribute().Matches(Text).Select(match => match.Groups[1].Value)];

    /// <summary>The HTTP triggers: the first is the call itself, the second its twin for an API key alone.</summary>
    public IReadOnlyList<(string Level, string Method, string Route)> Routes =>
        [.. HttpTriggerParts().Matches(Text).Select(match => (match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value))];

    public IReadOnlyList<string> Triggers => [.. TriggerAttribute().Matches(Text).Select(match => match.Groups[1].Value)];

    /// <summary>The name of the queue, its constants put in; null for a file without a queue trigger.</summary>
    public string? Queue => QueueTrigger().Match(Text) is { Success: true } match
        ? string.Concat(match.Groups[1].Value.Split('+', StringSplitOptions.TrimEntries).Select(Constant))
        : null;

    public string? Schedule => TimerTrigger().Match(Text) is { Success: true } match ? match.Groups[1].Value : null;

    public string? AuthorizationLevel => HttpTrigger().Match(Text) is { Success: true } match ? match.Groups[1].Value : null;

    private static string Constant(string expression)
    {
        const string Prefix = nameof(StorageNames) + ".";
        Assert.StartsWith(Prefix, expression, StringComparison.Ordinal);
        var field = typeof(StorageNames).GetField(expression[Prefix.Length..]);
        Assert.True(field is { IsLiteral: true }, $"{expression} is no constant.");
        return (string)field.GetRawConstantValue()!;
    }

    [GeneratedRegex(@"public sealed class \w+\(([^)]+)\)")]
    private static partial Regex Constructor();

    [GeneratedRegex(@"\[Function\(([^)]*\)?)\)\]")]
    private static partial Regex FunctionAttribute();

    [GeneratedRegex(@"\[(Http|Queue|Timer)Trigger\(")]
    private static partial Regex TriggerAttribute();

    [GeneratedRegex(@"\[QueueTrigger\(([^)]*)\)\]")]
    private static partial Regex QueueTrigger();

    [GeneratedRegex("""\[TimerTrigger\("([^"]*)"\)\]""")]
    private static partial Regex TimerTrigger();

    [GeneratedRegex(@"\[HttpTrigger\(AuthorizationLevel\.(\w+), ")]
    private static partial Regex HttpTrigger();

    [GeneratedRegex("""\[HttpTrigger\(AuthorizationLevel\.(\w+), "(\w+)"(?:, "head")?, Route = "([^"]+)"\)\]""")]
    private static partial Regex HttpTriggerParts();
}
