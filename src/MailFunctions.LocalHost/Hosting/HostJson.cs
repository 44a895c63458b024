using System.Globalization;
using System.Text.Json;

namespace MailFunctions.LocalHost.Hosting;

/// <summary>Reads host.json. As on the Functions host, names are matched without regard to case and unknown ones are ignored.</summary>
internal static class HostJson
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <exception cref="CannotStartException">The file is missing, malformed, or holds a value out of range; the message says where.</exception>
    public static HostSettings Read(string file)
    {
        if (!File.Exists(file))
            throw new CannotStartException($"{file} is missing.");
        return Parse(File.ReadAllText(file));
    }

    internal static HostSettings Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Lenient);
            return Parse(new Place(document.RootElement, ""));
        }
        catch (JsonException malformed)
        {
            // Both numbers count from 0; the message repeats them at its end.
            throw new CannotStartException(
                $"host.json is not valid JSON at line {malformed.LineNumber + 1}, position {malformed.BytePositionInLine + 1}: {malformed.Message.Split(" LineNumber:")[0]}");
        }
    }

    private static HostSettings Parse(Place root)
    {
        if (root.Text("version") is not "2.0")
            throw new CannotStartException("host.json: version must be \"2.0\".");

        var extensions = root.Child("extensions");
        var queues = extensions.Child("queues");
        var defaults = new HostSettings();
        return new HostSettings
        {
            RoutePrefix = extensions.Child("http").Text("routePrefix")?.Trim('/') ?? defaults.RoutePrefix,
            Queues = new QueueSettings
            {
                BatchSize = queues.Number("batchSize", defaults.Queues.BatchSize, 1, 32),
                NewBatchThreshold = queues.Number("newBatchThreshold", defaults.Queues.NewBatchThreshold, 0, int.MaxValue),
                MaxDequeueCount = queues.Number("maxDequeueCount", defaults.Queues.MaxDequeueCount, 1, int.MaxValue),
                VisibilityTimeout = queues.Duration("visibilityTimeout", defaults.Queues.VisibilityTimeout, TimeSpan.Zero, TimeSpan.FromDays(7)),
                MaxPollingInterval = queues.Duration("maxPollingInterval", defaults.Queues.MaxPollingInterval, TimeSpan.FromMilliseconds(100), TimeSpan.FromDays(1)),
                Base64 = queues.Text("messageEncoding")?.ToLowerInvariant() switch
                {
                    null or "base64" => true,
                    "none" => false,
                    var other => throw queues.Refuse("messageEncoding", $"\"{other}\"", "\"base64\" or \"none\""),
                },
            },
        };
    }

    /// <summary>An element and its path; an absent element has no value and gives the defaults.</summary>
    private readonly record struct Place(JsonElement? Element, string Path)
    {
        public Place Child(string name)
        {
            var element = Find(name);
            return element is null or { ValueKind: JsonValueKind.Object }
                ? new Place(element, PathOf(name))
                : throw Refuse(name, element.Value.GetRawText(), "an object");
        }

        public string? Text(string name) => Find(name) switch
        {
            null => null,
            { ValueKind: JsonValueKind.String } text => text.GetString(),
            { } other => throw Refuse(name, other.GetRawText(), "a string"),
        };

        public int Number(string name, int otherwise, int least, int most)
        {
            if (Find(name) is not { } element)
                return otherwise;
            return element.ValueKind is JsonValueKind.Number && element.TryGetInt32(out var number) && number >= least && number <= most
                ? number
                : throw Refuse(name, element.GetRawText(), most == int.MaxValue ? $"a whole number from {least} up" : $"a whole number from {least} to {most}");
        }

        public TimeSpan Duration(string name, TimeSpan otherwise, TimeSpan least, TimeSpan most)
        {
            if (Text(name) is not { } text)
                return otherwise;
            return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var duration) && duration >= least && duration <= most
                ? duration
                : throw Refuse(name, $"\"{text}\"", $"a duration from \"{least:c}\" to \"{most:c}\"");
        }

        public CannotStartException Refuse(string name, string value, string wanted) =>
            new($"host.json: {PathOf(name)} is {value}; it must be {wanted}.");

        private string PathOf(string name) => Path.Length == 0 ? name : $"{Path}.{name}";

        private JsonElement? Find(string name)
        {
            if (Element is not { ValueKind: JsonValueKind.Object } element)
                return null;
            foreach (var property in element.EnumerateObject())
            {
                if (property.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                    return property.Value;
            }

            return null;
        }
    }
}
