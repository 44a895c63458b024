using System.Text.Json;
using MailFunctions.TestPeers.Functions.Rpc;

namespace MailFunctions.TestPeers.Functions;

/// <summary>A function as the worker describes it, or as functions.metadata does: by the bindings that start it.</summary>
/// <param name="Name">Of the function.</param>
/// <param name="Parameter">Which the trigger binds.</param>
/// <param name="Trigger"><c>httpTrigger</c>, <c>queueTrigger</c> or <c>timerTrigger</c>.</param>
/// <param name="Binding">All properties of the trigger's binding.</param>
public sealed record HostedFunction(string Name, string Parameter, string Trigger, JsonElement Binding)
{
    private const string Suffix = "Trigger";

    /// <summary>Null for a function that is not started by HTTP.</summary>
    public string? Route => IsOf("httpTrigger") ? Text("route") ?? Name : null;

    /// <summary>Upper case, in the order of the alphabet.</summary>
    public IReadOnlyList<string> Methods => Property("methods") is { } methods
        ? [.. methods.EnumerateArray().Select(method => method.GetString()!.ToUpperInvariant()).Order(StringComparer.Ordinal)]
        : [];

    public string? AuthorizationLevel => Text("authLevel");

    public string? Queue => Text("queueName");

    public string? Schedule => Text("schedule");

    /// <summary>Every function of a file functions.metadata.</summary>
    public static IReadOnlyList<HostedFunction> ReadAll(string metadata)
    {
        using var document = JsonDocument.Parse(metadata);
        return [.. document.RootElement.EnumerateArray().Select(function => Of(
            function.GetProperty("name").GetString()!,
            function.GetProperty("bindings").EnumerateArray().Select(binding => binding.Clone())))];
    }

    internal static HostedFunction Of(RpcFunctionMetadata function) =>
        Of(function.Name, function.RawBindings.Select(binding => JsonElement.Parse(binding)));

    private static HostedFunction Of(string name, IEnumerable<JsonElement> bindings)
    {
        var trigger = bindings.Single(binding => TypeOf(binding).EndsWith(Suffix, StringComparison.OrdinalIgnoreCase));
        return new HostedFunction(name, trigger.GetProperty("name").GetString()!, TypeOf(trigger), trigger);
    }

    private bool IsOf(string trigger) => Trigger.Equals(trigger, StringComparison.OrdinalIgnoreCase);

    private string? Text(string property) => Property(property)?.GetString();

    private JsonElement? Property(string name) => Binding.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static string TypeOf(JsonElement binding) => binding.GetProperty("type").GetString()!;
}
