using System.Globalization;
using System.Net;
using MailFunctions.Domains.Spf;
using MailFunctions.TestPeers.Dns;
using MailFunctions.Tests.Dns;

namespace MailFunctions.Tests.Domains;

public sealed class SpfTreeTests : IAsyncDisposable
{
    private readonly ScriptedDnsServer _server = new();
    private readonly CancellationToken _token = TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task The_count_goes_on_where_a_receiver_gives_up()
    {
        _server.Text("example.com", "v=spf1 include:a.example include:b.example mx ~all").MailExchange("example.com", 10, "mx.example.com");
        _server.Text("a.example", "v=spf1 exists:%{i}.a.example exists:%{i}.b.example exists:%{i}.c.example exists:%{i}.d.example exists:%{i}.e.example -all");
        _server.Text("b.example", "v=spf1 include:c.example redirect=d.example");
        _server.Text("c.example", "v=spf1 ip4:192.0.2.1 -all").Text("d.example", "v=spf1 include:e.example -all").Text("e.example", "v=spf1 ip4:192.0.2.2 -all");

        var (tree, root) = await Read();

        Assert.Equal(11, root.Lookups);
        Assert.Equal(["example.com", "a.example", "b.example", "c.example", "d.example", "e.example"], root.All.Select(node => node.Domain));
        Assert.Equal([5, 3], root.Children.Select(child => child.Lookups));
        Assert.False(tree.IsCut);
    }

    [Fact]
    public async Task Neither_exp_nor_what_follows_all_counts()
    {
        _server.Text("example.com", "v=spf1 ip4:192.0.2.1 exp=e.example all mx a include:a.example redirect=r.example");

        Assert.Equal(0, (await Read()).Root.Lookups);
    }

    [Fact]
    public async Task Names_without_records_are_counted_through_includes()
    {
        _server.Text("example.com", "v=spf1 a:nothing.example include:a.example -all").Text("a.example", "v=spf1 mx a:none.example -all");

        Assert.Equal(3, (await Read()).Root.Voids);
    }

    [Fact]
    public async Task A_loop_ends_and_is_named()
    {
        _server.Text("example.com", "v=spf1 include:a.example -all").Text("a.example", "v=spf1 include:EXAMPLE.com -all");

        var loop = (await Read()).Root.Children.Single().Children.Single();

        Assert.Equal(SpfResult.PermError, loop.Lookup.Result);
        Assert.Contains("example.com > a.example > EXAMPLE.com", loop.Lookup.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tree_without_end_is_cut()
    {
        _server.Text("example.com", "v=spf1 include:0.example include:1.example -all");
        for (var i = 0; i < 200; i++)
            _server.Text($"{i}.example", string.Create(CultureInfo.InvariantCulture, $"v=spf1 include:{(i * 2) + 2}.example include:{(i * 2) + 3}.example -all"));

        var (tree, root) = await Read();

        Assert.True(tree.IsCut);
        Assert.True(root.Lookups > SpfCheck.MostLookups);
        Assert.InRange(_server.Questions.Count, 1, 200);
    }

    [Fact]
    public async Task A_chain_that_is_too_deep_is_cut()
    {
        _server.Text("example.com", "v=spf1 include:0.example -all");
        for (var i = 0; i < 100; i++)
            _server.Text($"{i}.example", string.Create(CultureInfo.InvariantCulture, $"v=spf1 include:{i + 1}.example -all"));

        Assert.True((await Read()).Tree.IsCut);
        Assert.InRange(_server.Questions.Count, 1, 20);
    }

    [Fact]
    public async Task A_record_of_many_terms_is_counted_and_not_asked_for()
    {
        _server.Text("example.com", $"v=spf1 {string.Join(' ', Enumerable.Range(0, 100).Select(i => $"a:{i}.example"))} -all");

        Assert.Equal(100, (await Read()).Root.Lookups);
        Assert.Equal(2 * 20, _server.Questions.Count(question => question.Type != 16));
    }

    [Fact]
    public async Task A_thousand_mail_exchanges_are_an_error_and_not_asked_for()
    {
        _server.Text("example.com", "v=spf1 mx -all");
        for (var i = 0; i < 1_000; i++)
            _server.MailExchange("example.com", i, $"mx{i}.example.com");

        var verdict = await Check("192.0.2.1");

        Assert.Equal(SpfResult.PermError, verdict.Result);
        Assert.DoesNotContain(_server.Questions, question => question.Name.StartsWith("mx", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("v=spf1 include:a.example include:b.example -all", "v=spf1 a:x.example -all", "v=spf1 a:y.example a:z.example")]
    [InlineData("v=spf1 a:x.example a:y.example include:b.example", "", "v=spf1 ip4:192.0.2.9 a:z.example")]
    public async Task The_third_void_lookup_is_an_error_even_in_the_last_term_of_an_include(string root, string a, string b)
    {
        _server.Text("example.com", root).Text("a.example", a).Text("b.example", b);

        Assert.Equal(SpfResult.PermError, (await Check("192.0.2.1")).Result);
    }

    [Fact]
    public async Task Trouble_of_a_name_server_is_temporary_in_an_include_too()
    {
        _server.Text("example.com", "v=spf1 include:a.example -all");
        _server.Script = exchange => exchange.Name == "a.example" ? DnsAction.ServerFailure : null;

        Assert.Equal(SpfResult.TempError, (await Check("192.0.2.1")).Result);
        Assert.Equal(SpfResult.TempError, (await Read()).Root.Children.Single().Lookup.Result);
    }

    private async Task<(SpfTree Tree, SpfNode Root)> Read()
    {
        var tree = new SpfTree(Resolvers.Of(_server), Resolvers.Budget());
        return (tree, await tree.ReadAsync("example.com", _token));
    }

    private Task<SpfVerdict> Check(string client) =>
        new SpfCheck(Resolvers.Of(_server), Resolvers.Budget(), IPAddress.Parse(client), "a@example.com", "mail.example.com").RunAsync(_token);
}
