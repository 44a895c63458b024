using System.Net;
using System.Net.Sockets;
using MailFunctions.Dns;
using MailFunctions.TestPeers.Dns;

namespace MailFunctions.Tests.Dns;

public sealed class DnsResolverTests : IAsyncDisposable
{
    private readonly ScriptedDnsServer _server = new();
    private readonly CancellationToken _token = TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task The_strings_of_a_text_record_are_joined_without_a_space()
    {
        _server.Text("example.com", "v=spf1 include:a", ".example -all").Text("example.com", "other");

        var answer = await Texts("example.com");

        Assert.Equal(["other", "v=spf1 include:a.example -all"], answer.Records.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_type_is_read()
    {
        _server.MailExchange("example.com", 10, "mx.example.com").MailExchange("null.example", 0, ".")
            .Address("mx.example.com", "192.0.2.1").Address("mx.example.com", "2001:db8::1")
            .Alias("www.example.com", "mx.example.com").Reverse("1.2.0.192.in-addr.arpa", "mx.example.com");
        var resolver = Resolvers.Of(_server);
        var budget = Resolvers.Budget();

        Assert.Equal([new MailExchange(10, "mx.example.com")], (await resolver.MailExchangesAsync("example.com", budget, _token)).Records);
        Assert.Equal([new MailExchange(0, "")], (await resolver.MailExchangesAsync("null.example", budget, _token)).Records);
        Assert.Equal([IPAddress.Parse("192.0.2.1")], (await resolver.AddressesAsync("www.example.com", AddressFamily.InterNetwork, budget, _token)).Records);
        Assert.Equal([IPAddress.Parse("2001:db8::1")], (await resolver.AddressesAsync("mx.example.com", AddressFamily.InterNetworkV6, budget, _token)).Records);
        Assert.Equal(["mx.example.com"], (await resolver.AliasAsync("www.example.com", budget, _token)).Records);
        Assert.Equal(["mx.example.com"], (await resolver.NamesAsync(IPAddress.Parse("192.0.2.1"), budget, _token)).Records);
        Assert.Equal(6, budget.Asked);
    }

    [Fact]
    public async Task A_name_that_does_not_exist_differs_from_one_without_such_a_record()
    {
        _server.Address("a.example.com", "192.0.2.1");

        Assert.Equal(DnsStatus.NoSuchName, (await Texts("b.example.com")).Status);
        Assert.Equal(DnsStatus.NoData, (await Texts("a.example.com")).Status);
        Assert.Equal(DnsStatus.NoData, (await Texts("example.com")).Status);
    }

    [Fact]
    public async Task A_name_in_Unicode_is_asked_for_in_A_labels()
    {
        _server.Text("xn--bcher-kva.example", "found");

        Assert.Equal(["found"], (await Texts("bücher.example")).Records);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a..example.com")]
    [InlineData(".example.com")]
    [InlineData("a1234567890123456789012345678901234567890123456789012345678901234.example.com")]
    public async Task A_name_that_cannot_exist_is_not_asked_for(string name)
    {
        Assert.Equal(DnsStatus.NoSuchName, (await Texts(name)).Status);
        Assert.Empty(_server.Questions);
    }

    [Fact]
    public async Task An_answer_too_big_for_a_datagram_is_fetched_by_tcp()
    {
        _server.Text("big.example", new string('x', 60_000));

        var answer = await Texts("big.example");

        Assert.Equal(60_000, Assert.Single(answer.Records).Length);
        Assert.Equal([false, true], _server.Questions.Select(question => question.OverTcp));
    }

    [Fact]
    public async Task A_server_that_always_truncates_fails()
    {
        _server.Script = _ => DnsAction.Truncated;

        Assert.True((await Texts("example.com")).IsTemporary);
    }

    [Theory]
    [InlineData("ServerFailure")]
    [InlineData("Refused")]
    [InlineData("Garbage")]
    [InlineData("WrongId")]
    public async Task What_is_no_answer_fails_with_a_reason(string action)
    {
        _server.Text("example.com", "true");
        _server.Script = _ => (DnsAction)typeof(DnsAction).GetProperty(action)!.GetValue(null)!;

        var answer = await Texts("example.com", TimeSpan.FromMilliseconds(300));

        Assert.True(answer.Status is DnsStatus.Failed or DnsStatus.TimedOut, answer.ToString());
        Assert.Empty(answer.Records);
        Assert.NotNull(answer.Reason);
    }

    [Fact]
    public async Task No_octets_make_it_throw()
    {
        var random = new Random(20261201);
        var resolver = Resolvers.Of(_server, TimeSpan.FromMilliseconds(100));
        for (var sample = 0; sample < 200; sample++)
        {
            var octets = new byte[random.Next(1, 120)];
            random.NextBytes(octets);
            _server.Script = exchange => new DnsAction { Octets = octets, IsPrefixedByHeader = sample % 2 == 0 };
            Assert.True((await resolver.TextsAsync("example.com", Resolvers.Budget(), _token)).Status is not DnsStatus.Found, Convert.ToHexString(octets));
        }
    }

    [Fact]
    public async Task A_question_is_repeated_once_and_then_times_out()
    {
        _server.Script = _ => DnsAction.Silence;

        Assert.Equal(DnsStatus.TimedOut, (await Texts("example.com", TimeSpan.FromMilliseconds(100))).Status);
        Assert.Equal(2, _server.Questions.Count);
    }

    [Fact]
    public async Task The_answer_to_the_repeated_question_counts()
    {
        _server.Text("example.com", "late");
        _server.Script = exchange => exchange.Seen == 1 ? DnsAction.Silence : null;

        Assert.Equal(["late"], (await Texts("example.com", TimeSpan.FromSeconds(2))).Records);
    }

    [Fact]
    public async Task A_budget_bounds_the_questions_of_a_check()
    {
        var budget = Resolvers.Budget(questions: 2);
        var resolver = Resolvers.Of(_server);
        await resolver.TextsAsync("a.example", budget, _token);
        await resolver.TextsAsync("b.example", budget, _token);

        var answer = await resolver.TextsAsync("c.example", budget, _token);

        Assert.Equal(DnsStatus.OverBudget, answer.Status);
        Assert.True(answer.IsTemporary);
        Assert.Equal(2, _server.Questions.Count);
    }

    [Fact]
    public async Task A_question_that_a_check_asks_again_costs_nothing()
    {
        var budget = Resolvers.Budget(questions: 2);
        var resolver = Resolvers.Of(_server);

        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(DnsStatus.NoSuchName, (await resolver.TextsAsync("a.example", budget, _token)).Status);
            Assert.Equal(DnsStatus.NoSuchName, (await resolver.MailExchangesAsync("A.example.", budget, _token)).Status);
        }

        Assert.Equal((2, 2), (budget.Asked, _server.Questions.Count));
    }

    [Fact]
    public async Task A_budget_bounds_the_time_of_a_check()
    {
        _server.Script = _ => DnsAction.Silence;
        var budget = new DnsBudget(10, TimeSpan.FromMilliseconds(200), TimeProvider.System);
        var resolver = Resolvers.Of(_server);

        // A timer may end a few milliseconds before the time is over, by the clock that the budget reads.
        var statuses = new List<DnsStatus>();
        do
            statuses.Add((await resolver.TextsAsync($"{statuses.Count}.example", budget, _token)).Status);
        while (statuses[^1] == DnsStatus.TimedOut && statuses.Count < 9);

        Assert.Equal(DnsStatus.TimedOut, statuses[0]);
        Assert.Equal(DnsStatus.OverBudget, statuses[^1]);
    }

    [Fact]
    public async Task A_record_is_kept_for_its_time_to_live()
    {
        _server.TimeToLive = 300;
        _server.Text("example.com", "kept");
        var resolver = Resolvers.Of(_server);
        await resolver.TextsAsync("example.com", Resolvers.Budget(), _token);

        Assert.Equal(["kept"], (await resolver.TextsAsync("example.com", Resolvers.Budget(), _token)).Records);
        Assert.Single(_server.Questions);
    }

    [Fact]
    public async Task A_caller_who_goes_away_ends_the_question()
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(_token);
        _server.Script = _ => DnsAction.Silence;
        var asking = Resolvers.Of(_server).TextsAsync("example.com", Resolvers.Budget(), leaving.Token);
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }

    [Theory]
    [InlineData("10.0.0.4", true)]
    [InlineData("2001:db8::53", true)]
    [InlineData("[::1]:5353", true)]
    [InlineData("127.0.0.1:5353", true)]
    [InlineData("dns.example.com", false)]
    [InlineData("127.0.0.1:99999", false)]
    public void The_server_is_an_address(string server, bool isValid) =>
        Assert.Equal(isValid, new DnsOptionsValidator().Validate(null, new DnsOptions { Server = server }).Succeeded);

    private Task<DnsAnswer<string>> Texts(string name, TimeSpan? timeout = null) => Resolvers.Of(_server, timeout).TextsAsync(name, Resolvers.Budget(), _token);
}
