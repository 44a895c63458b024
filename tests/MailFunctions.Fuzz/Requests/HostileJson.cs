using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MailFunctions.Fuzz.Requests;

/// <summary>Bodies that begin as right ones.</summary>
internal static class HostileJson
{
    /// <summary>As it stands in JSON. Most have the canary, so that it is seen wherever they end.</summary>
    private static readonly string[] Values =
    [
        "null", "true", "0", "-1", "1e400", "99999999999999999999999999", "0.1", "{}", "[]", "[null]", "[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]", "\"\"", "\" \"",
        Quoted(""), Quoted("@example.com"), Quoted("<script>"), Quoted("\\u0000"), Quoted("\\r\\nBcc: eve@example.com"), Quoted("\\ud83d"), Quoted("\\u202e"), Quoted("/../../x"), Quoted("#?\\\\/"), Quoted("{{ big | slice: 0 }}"),
        Quoted("\\u0085\\u2028"), "\"2026-02-30T00:00:00Z\"", "\"9999-12-31T23:59:59.9999999Z\"", "\"0001-01-01T00:00:00+14:00\"", "\"in 5 minutes\"", "\"blob:c4n4ry.pdf\"", "\"https://c4n4ry.example.com/\"",
        "\"PHN2Zz4=\"", "\"====\"", "{\"c4n4ry\":1}", "[{\"c4n4ry\":\"c4n4ry\"}]", "{\"name\":\"c4n4ry\",\"value\":\"c4n4ry\"}", "\"c4n4ry@example.com, c4n4ry2@example.com\"", "\"=?utf-8?B?YzRuNHJ5?=\"",
        "\"\\\"c4n4ry\\\" <c4n4ry@xn--bcher-kva.example>\"", "\"c4n4ry@[127.0.0.1]\"", "\"bulk\"", "\"transactional\"", "\"retry\"",
    ];

    public static string Mail(Random random) => string.Create(CultureInfo.InvariantCulture, $$$"""
        {"from":"c4n4ry <c4n4ry@example.com>","to":"c4n4ry-{{{random.Next(100)}}}@example.com","subject":"c4n4ry","text":"c4n4ry","tags":[{"name":"c4n4ry","value":"c4n4ry"}],"headers":{"X-Order":"c4n4ry"}}
        """);

    /// <summary>The example with up to four of its values, names or characters changed.</summary>
    public static byte[] Change(Random random, JsonNode example)
    {
        var root = example.DeepClone();
        var markers = new Dictionary<string, string>();
        for (var changes = random.Next(4); changes > 0; changes--)
            ChangeOne(random, root, markers);
        var text = root.ToJsonString();
        // What no JsonNode can hold comes in as text.
        foreach (var (marker, value) in markers)
            text = text.Replace(JsonSerializer.Serialize(marker), value, StringComparison.Ordinal);
        if (random.Chance(10))
            text = random.Mutate(text, "{}[]\",:\\ u0009aé\u0000", random.Next(1, 4));
        var octets = System.Text.Encoding.UTF8.GetBytes(text);
        if (random.Chance(4) && octets.Length > 0)
            octets[random.Next(octets.Length)] = (byte)random.Next(256);
        return random.Chance(2) ? octets[..random.Next(octets.Length + 1)] : octets;
    }

    private static void ChangeOne(Random random, JsonNode root, Dictionary<string, string> markers)
    {
        var holders = new List<JsonNode>();
        Collect(root, holders);
        if (holders.Count == 0)
            return;
        var marker = string.Create(CultureInfo.InvariantCulture, $"@{markers.Count}@");
        markers[marker] = random.Chance(2) ? $"\"c4n4ry{new string(random.Pick("aé,<\"".Replace("\"", "'", StringComparison.Ordinal).ToCharArray()), random.Next(300_000))}\"" : random.Pick(Values);
        switch (random.Pick(holders))
        {
            case JsonObject { Count: > 0 } members when random.Chance(80):
                var name = random.Pick(members.Select(member => member.Key).ToList());
                if (random.Chance(25))
                    members.Remove(name);
                else
                    members[name] = marker;
                break;
            case JsonObject members:
                members[random.Pick(["c4n4ry", "headers", "template", "calendar", "attachments", "scheduled_at", "expires_at", "tags", "lane", "variables", "to", "cc", "on_uncertain", "subjct"])] = marker;
                break;
            case JsonArray { Count: > 0 } items when random.Chance(50):
                items[random.Next(items.Count)] = marker;
                break;
            case JsonArray items:
                for (var count = random.Chance(5) ? 1_100 : random.Next(1, 4); count > 0; count--)
                    items.Add(marker);
                break;
        }
    }

    private static void Collect(JsonNode? node, List<JsonNode> holders)
    {
        if (node is JsonObject or JsonArray)
            holders.Add(node);
        if (node is JsonObject members)
        {
            foreach (var member in members)
                Collect(member.Value, holders);
        }
        else if (node is JsonArray items)
        {
            foreach (var item in items)
                Collect(item, holders);
        }
    }

    private static string Quoted(string tail) => $"\"{RequestFuzz.Canary}{tail}\"";
}
