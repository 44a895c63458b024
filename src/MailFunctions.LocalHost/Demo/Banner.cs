using MailFunctions.LocalHost.Children;

namespace MailFunctions.LocalHost.Demo;

/// <summary>Prints the first lines for the user at the console: where to send, where to look.</summary>
internal static class Banner
{
    public static void Print(TextWriter console, FunctionsAddress endpoint, Surroundings surroundings, LocalHostOptions options)
    {
        console.WriteLine();
        console.WriteLine("MailFunctions runs on this machine.");
        console.WriteLine($"  send mail    POST {endpoint.Emails}");
        console.WriteLine($"  what became  GET  {endpoint.Email("{id}")}");
        console.WriteLine($"  statistics   GET  {endpoint.Statistics}");
        if (surroundings.InboxPage is { } inbox)
            console.WriteLine($"  inbox        {inbox}");
        console.WriteLine(options.Ephemeral ? "  data         none is kept" : $"  data         {options.DataFolder}");
        console.WriteLine();
        console.WriteLine("Send one yourself:");
        console.WriteLine($"  {Curl(endpoint)}");
        console.WriteLine();
    }

    internal static string Curl(FunctionsAddress endpoint)
    {
        const string Mail = """{"from":"Me <me@example.com>","to":["you@example.com"],"subject":"Hello","text":"Hello from MailFunctions."}""";
        // The Windows command prompt supports double quotes only.
        var body = OperatingSystem.IsWindows() ? $"\"{Mail.Replace("\"", "\\\"", StringComparison.Ordinal)}\"" : $"'{Mail}'";
        var key = endpoint.Key is null ? "" : " -H \"x-functions-key: <LocalHost:FunctionKey>\"";
        return $"curl -i {endpoint.Emails} -H \"Content-Type: application/json\"{key} -d {body}";
    }
}
