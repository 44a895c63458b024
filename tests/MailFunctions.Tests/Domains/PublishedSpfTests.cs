using System.Globalization;
using System.IO.Compression;
using System.Net;
using MailFunctions.Domains.Spf;
using MailFunctions.TestPeers.Dns;
using MailFunctions.Tests.Dns;
using YamlDotNet.RepresentationModel;

namespace MailFunctions.Tests.Domains;

/// <summary>
/// The test suite of openspf.org for RFC 7208, release 2014.04, which Debian's package <c>python3-spf</c> has among its documents.
/// </summary>
public sealed class PublishedSpfTests
{
    private const string Suite = "/usr/share/doc/python3-spf/rfc7208-tests.yml.gz";

    [Fact]
    public async Task Every_test_has_a_result_that_the_suite_allows()
    {
        Assert.SkipUnless(File.Exists(Suite), $"There is no {Suite}, which Debian's package python3-spf installs.");

        var (count, wrong) = (0, new List<string>());
        foreach (var document in Read())
        {
            await using var server = ServerOf((YamlMappingNode)document["zonedata"]);
            foreach (var (name, test) in ((YamlMappingNode)document["tests"]).Children)
            {
                count++;
                var allowed = test["result"] is YamlSequenceNode several ? several.Select(TextOf).ToList() : [TextOf(test["result"])];
                var sender = TextOf(test["mailfrom"]);
                var check = new SpfCheck(
                    Resolvers.Of(server), Resolvers.Budget(), IPAddress.Parse(TextOf(test["host"])), sender.Length > 0 ? sender : TextOf(test["helo"]), TextOf(test["helo"]));
                var verdict = await check.RunAsync(TestContext.Current.CancellationToken);
                if (!allowed.Contains(verdict.Result.ToString().ToLowerInvariant()))
                    wrong.Add($"{TextOf(name)}: {verdict}, allowed: {string.Join(", ", allowed)}");
            }
        }

        Assert.Empty(wrong);
        // Counted in the file by grep -c '^    result:'.
        Assert.Equal(203, count);
    }

    private static IEnumerable<YamlMappingNode> Read()
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(Suite), CompressionMode.Decompress));
        var stream = new YamlStream();
        stream.Load(reader);
        return stream.Documents.Select(document => (YamlMappingNode)document.RootNode).ToList();
    }

    /// <summary>Serves the records; one of type SPF stands for TXT too, unless the name has a TXT of its own.</summary>
    private static ScriptedDnsServer ServerOf(YamlMappingNode zone)
    {
        var server = new ScriptedDnsServer();
        var failing = new HashSet<(string, int)>();
        foreach (var (key, value) in zone.Children)
        {
            var name = TextOf(key).TrimEnd('.').ToLowerInvariant();
            var records = ((YamlSequenceNode)value).ToList();
            server.Empty(name);
            var types = records.OfType<YamlMappingNode>().SelectMany(record => record.Children).Select(pair => (Type: TextOf(pair.Key), pair.Value)).ToList();
            var hasText = types.Exists(record => record.Type == "TXT");
            foreach (var (type, data) in types)
                Add(server, name, type == "SPF" && !hasText ? "TXT" : type, data);
            if (!records.OfType<YamlScalarNode>().Any(scalar => scalar.Value == "TIMEOUT"))
                continue;
            if (!types.Exists(record => record.Type == "TXT" && TextOf(record.Value) != "NONE"))
                failing.Add((name, 16));
            if (!types.Exists(record => record.Type == "A"))
                failing.Add((name, 1));
        }
        server.Script = exchange => failing.Contains((exchange.Name, exchange.Type)) ? DnsAction.ServerFailure : null;
        return server;
    }

    private static void Add(ScriptedDnsServer server, string name, string type, YamlNode data)
    {
        switch (type)
        {
            case "TXT" when data is YamlSequenceNode strings:
                server.Text(name, [.. strings.Select(TextOf)]);
                break;
            case "TXT" when TextOf(data) != "NONE":
                server.Text(name, TextOf(data));
                break;
            case "A" or "AAAA":
                server.Address(name, TextOf(data));
                break;
            case "MX":
                server.MailExchange(name, int.Parse(TextOf(data[0]), CultureInfo.InvariantCulture), TextOf(data[1]));
                break;
            case "PTR":
                server.Reverse(name, TextOf(data));
                break;
            case "CNAME":
                server.Alias(name, TextOf(data));
                break;
            default:
                break;
        }
    }

    private static string TextOf(YamlNode node) => node is YamlScalarNode scalar ? scalar.Value ?? "" : "";
}
