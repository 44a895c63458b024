using System.Text.Json;
using System.Text.RegularExpressions;
using MailFunctions.Tests.App;

namespace MailFunctions.Tests.Infra;

/// <summary>
/// What one parameter file comes to: a snapshot beside it, made by the Bicep command line. Whether snapshots are current is
/// not asked here but by .ci/bicep.sh.
/// </summary>
internal sealed partial class Deployment
{
    private const string Suffix = ".snapshot.json";
    private const string VariantFolder = "infra/";
    private const string CaseFolder = ".ci/bicep/cases/";

    private readonly JsonElement _snapshot;

    private Deployment(string path) => _snapshot = JsonDocument.Parse(Repository.Text(path)).RootElement;

    /// <summary>The parameter files that are offered: <c>main</c> is the default.</summary>
    public static TheoryData<string> Variants { get; } = [.. Named(VariantFolder)];

    /// <summary>Beside them, parameters that no variant sets.</summary>
    public static TheoryData<string> VariantsAndCases { get; } = [.. Named(VariantFolder), .. Named(CaseFolder)];

    public IReadOnlyList<JsonElement> Resources => [.. _snapshot.GetProperty("predictedResources").EnumerateArray()];

    public IReadOnlyDictionary<string, string> Outputs =>
        _snapshot.GetProperty("outputs").EnumerateObject().ToDictionary(output => output.Name, output => output.Value.GetRawText());

    public string Text => _snapshot.GetRawText();

    public static Deployment Of(string variant) => new($"{(Variants.Any(row => row.Data == variant) ? VariantFolder : CaseFolder)}{variant}{Suffix}");

    public IReadOnlyList<JsonElement> All(string type) => [.. Resources.Where(resource => resource.Text("type") == type)];

    public JsonElement The(string type) => Assert.Single(All(type));

    /// <summary>The last parts of the names.</summary>
    public IReadOnlyList<string> Names(string type) => [.. All(type).Select(resource => resource.Text("name").Split('/')[^1])];

    /// <summary>The application settings as they are deployed; one that only Azure knows is an expression in brackets.</summary>
    public IReadOnlyDictionary<string, string> Settings() =>
        All("Microsoft.Web/sites/config").Single(config => config.Text("name").EndsWith("/appsettings", StringComparison.Ordinal))
            .GetProperty("properties").EnumerateObject().ToDictionary(setting => setting.Name, setting => setting.Value.GetString()!);

    /// <summary>The same as the app sees them, with something in the place of what only Azure knows.</summary>
    public Dictionary<string, string?> SettingsOfApp() =>
        Settings().ToDictionary(setting => setting.Key.Replace("__", ":", StringComparison.Ordinal), setting => (string?)Evaluate(setting.Value));

    private static IEnumerable<string> Named(string folder) =>
        Repository.Files(folder, "*" + Suffix).Where(path => path.LastIndexOf('/') == folder.Length - 1).Select(path => path[folder.Length..^Suffix.Length]);

    private static string Evaluate(string value) => value switch
    {
        _ when value.Contains("fromSenderDomain", StringComparison.Ordinal) => "DoNotReply@00000000-0000-0000-0000-00000000000a.azurecomm.net",
        _ when StorageUri().Match(value) is { Success: true } match => $"https://{match.Groups[2].Value}.{match.Groups[1].Value}.core.windows.net",
        _ when value.StartsWith('[') => "00000000-0000-0000-0000-000000000003",
        _ => value,
    };

    [GeneratedRegex(@"\A\[format\('https://\{0\}\.(\w+)\.\{1\}', '(\w+)', environment\(\)\.suffixes\.storage\)\]\z")]
    private static partial Regex StorageUri();
}

internal static class JsonPath
{
    /// <param name="path">Names with dots between them.</param>
    public static JsonElement At(this JsonElement element, string path) => path.Split('.').Aggregate(element, (at, name) => at.GetProperty(name));

    public static string Text(this JsonElement element, string path) => element.At(path).GetString()!;

    public static bool Is(this JsonElement element, string path) => element.At(path).GetBoolean();

    public static IReadOnlyList<string> Texts(this JsonElement element, string path) => [.. element.At(path).EnumerateArray().Select(item => item.GetString()!)];
}
