using System.Globalization;
using System.Text.RegularExpressions;
using MailFunctions.TestPeers.OpenApi;

namespace MailFunctions.Tests.Docs;

/// <summary>One request or one answer as docs/api.md shows it.</summary>
/// <param name="Call">What it belongs to, such as <c>POST /emails</c>; null where it may be of any call.</param>
/// <param name="Status">Null for a request.</param>
internal sealed partial record ApiExample(string? Call, int? Status, string Json)
{
    /// <summary>In the order of the document. A block without a first line belongs to the heading above it.</summary>
    public static IEnumerable<ApiExample> Of(string markdown)
    {
        string? heading = null;
        foreach (var match in HeadingOrBlock().Matches(markdown).Cast<Match>())
        {
            if (match.Groups["heading"].Success)
                heading = match.Groups["call"].Success ? Tidy(match.Groups["call"].Value) : null;
            else
                foreach (var example in Messages(match.Groups["block"].Value, heading, match.Groups["kind"].Value == "json"))
                    yield return example;
        }
    }

    /// <summary>The call's description; null where it may be of any.</summary>
    public ApiOperation? Operation(ApiDescription api) => Call is null ? null : api.Operations.Single(operation => $"{operation.Method} {operation.Path}" == Call);

    private static IEnumerable<ApiExample> Messages(string block, string? heading, bool isJson)
    {
        // A JSON block is what is sent, or, when another of its section was sent, what comes back.
        var lines = block.Split('\n');
        var (call, status, body) = (heading, (int?)null, new List<string>());
        foreach (var line in lines)
        {
            if (!isJson && (Request().Match(line) is { Success: true } || line.StartsWith("HTTP/1.1 ", StringComparison.Ordinal)))
            {
                foreach (var example in Ended(call, status, body))
                    yield return example;
                body = [];
                status = line.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) ? int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture) : null;

                // What a GET is answered stands below it.
                if (line.StartsWith("GET ", StringComparison.Ordinal))
                    status = 200;
            }
            else if (isJson || body.Count > 0 || line.StartsWith('{') || line.StartsWith('['))
            {
                body.Add(line);
            }
        }

        foreach (var example in Ended(call, status, body))
            yield return example;
    }

    private static IEnumerable<ApiExample> Ended(string? call, int? status, List<string> body)
    {
        var json = string.Join('\n', body).Trim();
        return json.Length == 0 ? [] : [new ApiExample(call, status, json)];
    }

    private static string Tidy(string call) => call.Replace(" ", " /", StringComparison.Ordinal).Replace("/{*path}", "", StringComparison.Ordinal);

    [GeneratedRegex("^(?<heading>#{2,3} (?<call>(?:GET|POST|PUT|PATCH|DELETE) \\S+$)?)|^```(?<kind>http|json)\\n(?<block>.*?)\\n```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex HeadingOrBlock();

    [GeneratedRegex("^(GET|POST|PUT|PATCH|DELETE) /api/")]
    private static partial Regex Request();
}
