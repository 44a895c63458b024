using System.Security.Cryptography;
using MailFunctions.Domains;
using MailFunctions.Mail;
using MailFunctions.Smtp;
using MailFunctions.Smtp.Relays;
using MailFunctions.Smtp.Signing;
using MailFunctions.TestPeers.Dns;
using MailFunctions.Tests.Dns;

namespace MailFunctions.Tests.Domains;

public sealed class DomainCheckerTests : IAsyncDisposable
{
    private readonly ScriptedDnsServer _server = new();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_domain_with_all_records_is_verified()
    {
        var signing = Signing("example.com", "s1");
        Complete("example.com", signing);

        var check = await Check("example.com", signing, Preset("gmail"));

        Assert.Equal(DomainStatus.Verified, check.Status);
        Assert.Equal("example.com", check.OrganizationalDomain);
        Assert.All(check.Findings.Where(finding => DomainChecker.Counts(finding.Check)), finding => Assert.Equal(DomainStatus.Verified, finding.Status));
        var relay = Assert.Single(check.Relays);
        Assert.Equal(("pass", "pass", "pass"), (relay.Spf, relay.Dkim, relay.Dmarc));
    }

    [Fact]
    public async Task A_fresh_domain_gets_every_record_to_publish()
    {
        var signing = Signing("example.com", "s1");

        var check = await Check("example.com", signing, Preset("gmail"));

        Assert.Equal(DomainStatus.Failed, check.Status);
        Assert.Equal("v=spf1 include:_spf.google.com ~all", FixOf(check, DomainCheckName.Spf).Value);
        Assert.Equal(("s1._domainkey.example.com", "TXT", signing.All.Single().Keys[0].Record), (FixOf(check, DomainCheckName.Dkim).Name, FixOf(check, DomainCheckName.Dkim).Type, FixOf(check, DomainCheckName.Dkim).Value));
        Assert.Equal(("_dmarc.example.com", "v=DMARC1; p=none; rua=mailto:dmarc@example.com"), (FixOf(check, DomainCheckName.Dmarc).Name, FixOf(check, DomainCheckName.Dmarc).Value));
        Assert.Equal("MX", FixOf(check, DomainCheckName.Mx).Type);
        Assert.Equal(("fail", "fail", "unknown"), (check.Relays[0].Spf, check.Relays[0].Dkim, check.Relays[0].Dmarc));
    }

    [Fact]
    public async Task The_records_to_publish_make_the_check_pass()
    {
        var signing = Signing("example.com", "s1");
        foreach (var fix in (await Check("example.com", signing, Preset("gmail"))).Findings.Select(finding => finding.Fix).OfType<DomainFix>().Where(fix => fix.Type == "TXT"))
        {
            _server.Remove(fix.Name!);
            _server.Text(fix.Name!, fix.Value!);
        }
        _server.MailExchange("example.com", 10, "mx.example.com").Address("mx.example.com", "192.0.2.1").Text("_spf.google.com", "v=spf1 ip4:192.0.2.0/24 ~all");

        Assert.Equal(DomainStatus.Verified, (await Check("example.com", signing, Preset("gmail"))).Status);
    }

    [Fact]
    public async Task A_missing_include_is_put_before_the_end()
    {
        Complete("example.com", SigningDomains.None);
        _server.Remove("example.com").Text("example.com", "v=spf1 ip4:192.0.2.9 -all").MailExchange("example.com", 10, "mx.example.com");

        var check = await Check("example.com", SigningDomains.None, Preset("exchange-online"));

        Assert.Equal("v=spf1 ip4:192.0.2.9 include:spf.protection.outlook.com -all", FixOf(check, DomainCheckName.SpfRelay).Value);
    }

    [Fact]
    public async Task Too_many_lookups_fail_and_the_tree_says_where()
    {
        Complete("example.com", SigningDomains.None);
        _server.Remove("example.com").Text("example.com", "v=spf1 include:_spf.google.com include:big.example ~all").MailExchange("example.com", 10, "mx.example.com");
        _server.Text("big.example", $"v=spf1 {string.Join(' ', Enumerable.Range(0, 9).Select(i => $"exists:%{{i}}.{i}.example"))} -all");

        var check = await Check("example.com", SigningDomains.None, Preset("gmail"));

        Assert.Contains("11 terms", Finding(check, DomainCheckName.Spf).Found, StringComparison.Ordinal);
        Assert.Equal([(0, "example.com", 11), (1, "_spf.google.com", 0), (1, "big.example", 9)], check.Spf!.Select(record => (record.Level, record.Name, record.Lookups)));
        Assert.Equal(DomainStatus.Failed, Finding(check, DomainCheckName.Spf).Status);
        // A receiver stops at the match, which comes before the eleventh lookup.
        Assert.Equal(DomainStatus.Verified, Finding(check, DomainCheckName.SpfRelay).Status);
    }

    [Theory]
    [InlineData("include:big.example include:_spf.google.com", DomainStatus.Failed)]
    [InlineData("include:_spf.google.com include:big.example", DomainStatus.Verified)]
    [InlineData("include:broken.example include:_spf.google.com", DomainStatus.Failed)]
    [InlineData("include:_spf.google.com include:broken.example", DomainStatus.Verified)]
    [InlineData("mx a:none1.example a:none2.example a:none3.example include:_spf.google.com", DomainStatus.Failed)]
    [InlineData("a a a a a a a a a include:wide.example", DomainStatus.Failed)]
    [InlineData("a a a a a a a a include:wide.example", DomainStatus.Verified)]
    [InlineData("redirect=wide.example", DomainStatus.Verified)]
    public async Task An_error_counts_for_the_relays_after_it(string terms, string status)
    {
        Complete("example.com", SigningDomains.None);
        _server.Remove("example.com").Text("example.com", $"v=spf1 {terms}").MailExchange("example.com", 10, "mx.example.com").Address("example.com", "192.0.2.200");
        _server.Text("big.example", $"v=spf1 {string.Join(' ', Enumerable.Range(0, 9).Select(i => $"exists:%{{i}}.{i}.example"))} -all")
            .Text("broken.example", "v=spf1 nonsense -all").Text("wide.example", "v=spf1 include:_spf.google.com -all");

        Assert.Equal(status, Finding(await Check("example.com", SigningDomains.None, Preset("gmail")), DomainCheckName.SpfRelay).Status);
    }

    [Fact]
    public async Task An_include_that_may_exceed_the_limit_by_itself_is_a_warning()
    {
        Complete("example.com", SigningDomains.None);
        _server.Remove("_spf.google.com").Text("_spf.google.com", $"v=spf1 {string.Join(' ', Enumerable.Range(0, 10).Select(i => $"exists:%{{i}}.{i}.example"))} -all");

        var check = await Check("example.com", SigningDomains.None, Preset("gmail"));

        Assert.Equal((DomainStatus.Failed, DomainStatus.Warning), (Finding(check, DomainCheckName.Spf).Status, Finding(check, DomainCheckName.SpfRelay).Status));
        Assert.Equal("unknown", check.Relays[0].Spf);
    }

    [Theory]
    [InlineData("v=spf1 ?include:_spf.google.com ~all", "v=spf1 include:_spf.google.com ~all")]
    [InlineData("v=spf1 ip4:192.0.2.9 ~include:mine.example include:_spf.google.com -all", "v=spf1 ip4:192.0.2.9 include:_spf.google.com ~include:mine.example include:_spf.google.com -all")]
    [InlineData("v=spf1 redirect=weak.example", "v=spf1 include:_spf.google.com redirect=weak.example")]
    [InlineData("v=spf1 include:weak.example -all", "v=spf1 include:weak.example include:_spf.google.com -all")]
    public async Task The_record_to_publish_for_a_weak_include_lets_the_relay_pass(string record, string fixedRecord)
    {
        Complete("example.com", SigningDomains.None);
        _server.Text("mine.example", "v=spf1 include:_spf.google.com -all").Text("weak.example", "v=spf1 ?include:_spf.google.com -all");
        Publish(record);
        var relay = new RelayOptions { Preset = "gmail", User = "user", Password = "password", Auth = "password", SendingAddresses = "192.0.2.7" };

        var finding = Finding(await Check("example.com", SigningDomains.None, Preset("gmail")), DomainCheckName.SpfRelay);
        Assert.Equal((DomainStatus.Failed, DomainStatus.Failed), (finding.Status, Finding(await Check("example.com", SigningDomains.None, relay), DomainCheckName.SpfRelay).Status));
        Assert.Equal(fixedRecord, finding.Fix!.Value);

        // The evaluation of an address agrees.
        Publish(fixedRecord);
        Assert.Equal(DomainStatus.Verified, Finding(await Check("example.com", SigningDomains.None, Preset("gmail")), DomainCheckName.SpfRelay).Status);
        Assert.Equal(DomainStatus.Verified, Finding(await Check("example.com", SigningDomains.None, relay), DomainCheckName.SpfRelay).Status);

        void Publish(string text) => _server.Remove("example.com").Text("example.com", text).MailExchange("example.com", 10, "mx.example.com");
    }

    [Theory]
    [InlineData("v=DKIM1; p=", "revoked")]
    [InlineData("v=DKIM1; k=rsa; p=AAAA", "no RSA key")]
    [InlineData("v=DKIM1; h=sha1; p={key}", "sha256")]
    [InlineData("v=DKIM1; s=tlsrpt; p={key}", "not for e-mail")]
    [InlineData("p={key}; v=DKIM1", "not the first")]
    [InlineData("v=DKIM1; k=dsa; p={key}", "k is dsa")]
    [InlineData("v=DKIM1; k=RSA; p={key}", "k is RSA")]
    [InlineData("v=DKIM1; P={key}", "p is missing")]
    [InlineData("v=DKIM1; p={other}", "another key")]
    public async Task A_record_that_verifiers_cannot_use_fails(string record, string found)
    {
        var signing = Signing("example.com", "s1");
        Complete("example.com", signing);
        var text = record.Replace("{key}", signing.All.Single().Keys[0].PublicKey, StringComparison.Ordinal).Replace("{other}", Signing("example.com", "s2").All.Single().Keys[0].PublicKey, StringComparison.Ordinal);
        _server.Remove("s1._domainkey.example.com").Text("s1._domainkey.example.com", text);

        var finding = Finding(await Check("example.com", signing, Preset("gmail")), DomainCheckName.Dkim);

        Assert.Equal(DomainStatus.Failed, finding.Status);
        Assert.Contains(found, finding.Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_flag_is_a_warning_and_white_space_in_the_key_is_none()
    {
        var signing = Signing("example.com", "s1");
        Complete("example.com", signing);
        var key = signing.All.Single().Keys[0].PublicKey;
        _server.Remove("s1._domainkey.example.com").Text("s1._domainkey.example.com", $"v=DKIM1; t=y:s; n=note; p={key[..40]} {key[40..]}");

        Assert.Equal(DomainStatus.Warning, Finding(await Check("example.com", signing, Preset("gmail")), DomainCheckName.Dkim).Status);
    }

    [Fact]
    public async Task A_newer_key_may_wait_for_its_record()
    {
        var signing = SigningDomains.Read(new DkimOptions { Keys = { Key("example.com", "new"), Key("example.com", "old") } });
        Complete("example.com", signing);
        _server.Remove("new._domainkey.example.com");

        var check = await Check("example.com", signing, Preset("gmail"));

        Assert.Equal([DomainStatus.Pending, DomainStatus.Verified], check.Findings.Where(finding => finding.Check == DomainCheckName.Dkim).Select(finding => finding.Status));
        Assert.Equal((DomainStatus.Verified, "pass"), (check.Status, check.Relays[0].Dkim));
    }

    [Fact]
    public async Task A_key_without_a_record_beside_one_without_an_answer_is_not_judged()
    {
        var signing = SigningDomains.Read(new DkimOptions { Keys = { Key("example.com", "new"), Key("example.com", "old") } });
        Complete("example.com", signing);
        _server.Remove("new._domainkey.example.com");
        _server.Script = exchange => exchange.Name == "old._domainkey.example.com" ? DnsAction.ServerFailure : null;

        var check = await Check("example.com", signing, Preset("gmail"));

        Assert.All(check.Findings.Where(finding => finding.Check == DomainCheckName.Dkim), finding => Assert.Equal(DomainStatus.TemporaryFailure, finding.Status));
    }

    [Fact]
    public async Task A_finding_keeps_its_name_whatever_it_finds()
    {
        var signing = Signing("example.com", "s1", subdomains: true);
        var names = new List<string>();
        async Task TakeAsync() => names.Add(string.Join(' ', (await Check("mail.example.com", signing, Preset("gmail"))).Findings.Select(finding => $"{finding.Check}:{finding.Name}")));

        await TakeAsync();
        Complete("example.com", signing);
        await TakeAsync();
        _server.Text("_dmarc.example.com", "v=DMARC1; p=none");
        await TakeAsync();
        _server.Script = _ => DnsAction.Refused;
        await TakeAsync();

        Assert.Single(names.Distinct());
    }

    [Fact]
    public async Task Two_policies_above_a_domain_with_its_own_are_a_warning()
    {
        Complete("example.com", SigningDomains.None);
        _server.Text("_dmarc.example.com", "v=DMARC1; p=none");
        Assert.Equal(DomainStatus.Failed, Finding(await Check("mail.example.com", SigningDomains.None, Preset("gmail")), DomainCheckName.Dmarc).Status);

        _server.Text("_dmarc.mail.example.com", "v=DMARC1; p=reject; rua=mailto:a@example.com");
        var finding = Finding(await Check("mail.example.com", SigningDomains.None, Preset("gmail")), DomainCheckName.Dmarc);

        Assert.Equal(DomainStatus.Warning, finding.Status);
        Assert.Contains("There are 2 DMARC records at _dmarc.example.com", finding.Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_a_relay_that_no_domain_includes_is_sure_not_to_sign()
    {
        var check = await Check("example.com", Signing("example.com", "s1"), new RelayOptions { Host = "mail.example.net", SendingAddresses = "192.0.2.7" });

        Assert.Equal("fail", Assert.Single(check.Relays).Dmarc);
    }

    [Fact]
    public async Task A_key_in_test_mode_has_a_sentence_of_its_own()
    {
        var signing = Signing("example.com", "s1");
        Complete("example.com", signing);
        _server.Remove("s1._domainkey.example.com").Text("s1._domainkey.example.com", $"v=DKIM1; t=y; p={signing.All.Single().Keys[0].PublicKey}");

        var relay = Assert.Single((await Check("example.com", signing, Preset("gmail"))).Relays);

        Assert.Equal("unknown", relay.Dkim);
        Assert.Contains("t=y", relay.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_of_Ed25519_alone_passes_nowhere_for_certain()
    {
        var signing = SigningDomains.Read(new DkimOptions { Keys = { Key("example.com", "s1"), new DkimKeyOptions { Domain = "example.com", Selector = "e1", Key = Smtp.Signing.TestKeys.Ed25519 } } });
        Complete("example.com", signing);
        _server.Remove("s1._domainkey.example.com");

        Assert.Equal("unknown", Assert.Single((await Check("example.com", signing, Preset("gmail"))).Relays).Dkim);
    }

    [Fact]
    public async Task Two_checks_run_at_a_time()
    {
        var held = new TaskCompletionSource();
        _server.Script = _ => new DnsAction { After = held.Task };
        using var checker = Checker("example.com", SigningDomains.None, Preset("gmail"));
        var checks = new[] { "a.example", "b.example", "c.example" }.Select(domain => checker.CheckAsync(domain, TestContext.Current.CancellationToken)).ToList();
        while (!Asked("a.example") || !Asked("b.example"))
            await Task.Delay(1, TestContext.Current.CancellationToken);

        Assert.False(Asked("c.example"));
        held.SetResult();
        await Task.WhenAll(checks);
        Assert.True(Asked("c.example"));

        bool Asked(string domain) => _server.Questions.Any(question => question.Name == domain);
    }

    [Fact]
    public async Task Many_addresses_of_relays_stay_within_the_questions_of_a_check()
    {
        Complete("example.com", SigningDomains.None);
        var terms = string.Join(' ', Enumerable.Range(0, 9).Select(i => $"a:host{i}.example.com"));
        _server.Remove("example.com").Text("example.com", $"v=spf1 {terms} ip4:192.0.2.0/24 -all").MailExchange("example.com", 10, "mx.example.com");
        for (var i = 0; i < 9; i++)
            _server.Address($"host{i}.example.com", "198.51.100.1");
        var relays = new RelaysOptions();
        foreach (var name in new[] { "one", "two", "three" })
            relays.Relays.Add(name, new RelayOptions { Host = $"{name}.example.net", SendingAddresses = string.Join(',', Enumerable.Range(1, 15).Select(i => $"192.0.2.{i}")) });
        Assert.True(AddressList.TryParse(["example.com"], out var allowed, out _));
        using var checker = new DomainChecker(new Senders(allowed, SigningDomains.None, ReturnPaths.None, RelayList.Read(relays)), Resolvers.Of(_server), TimeProvider.System);

        var check = await checker.CheckAsync("example.com", TestContext.Current.CancellationToken);

        Assert.Equal(3, check.Findings.Count(finding => finding is { Check: DomainCheckName.SpfRelay, Status: DomainStatus.Verified }));
        Assert.Equal(_server.Questions.Count, _server.Questions.Select(question => (question.Name, question.Type)).Distinct().Count());
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.2", DomainStatus.Verified)]
    [InlineData(null, "192.0.2.2", DomainStatus.Warning)]
    [InlineData("192.0.2.1", null, DomainStatus.Warning)]
    [InlineData(null, null, DomainStatus.Failed)]
    [InlineData("", "192.0.2.2", DomainStatus.Verified)]
    [InlineData("", null, DomainStatus.TemporaryFailure)]
    public async Task All_hosts_of_the_MX_records_count(string? first, string? second, string status)
    {
        _server.MailExchange("example.com", 10, "mx1.example.com").MailExchange("example.com", 20, "mx2.example.com");
        if (first is { Length: > 0 })
            _server.Address("mx1.example.com", first);
        else if (first is not null)
            _server.Script = exchange => exchange.Name == "mx1.example.com" ? DnsAction.Refused : null;
        if (second is not null)
            _server.Address("mx2.example.com", second);

        Assert.Equal(status, Finding(await Check("example.com", SigningDomains.None, Preset("gmail")), DomainCheckName.Mx).Status);
    }

    [Fact]
    public async Task A_null_MX_fails()
    {
        Complete("example.com", SigningDomains.None);
        _server.Remove("example.com").Text("example.com", "v=spf1 include:_spf.google.com ~all").MailExchange("example.com", 0, ".");

        Assert.Contains("null MX", Finding(await Check("example.com", SigningDomains.None, Preset("gmail")), DomainCheckName.Mx).Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_with_its_own_envelope_cannot_be_judged()
    {
        Complete("example.com", SigningDomains.None);

        var check = await Check("example.com", SigningDomains.None, Preset("ses", "email-smtp.eu-central-1.amazonaws.com"));

        Assert.Equal(DomainStatus.Unknown, Finding(check, DomainCheckName.SpfRelay).Status);
        Assert.Equal("unknown", Assert.Single(check.Relays).Dmarc);
        Assert.Equal(DomainStatus.Verified, check.Status);
    }

    [Theory]
    [InlineData("bounce.example.com", "v=DMARC1; p=none; rua=mailto:a@example.com", "pass")]
    [InlineData("bounce.example.com", "v=DMARC1; p=none; aspf=s; rua=mailto:a@example.com", "fail")]
    [InlineData("bounce.example.org", "v=DMARC1; p=none; rua=mailto:a@example.com", "fail")]
    public async Task The_record_of_the_return_path_counts_if_it_is_aligned(string envelope, string dmarc, string spf)
    {
        _server.Text("_dmarc.example.com", dmarc).Text(envelope, "v=spf1 include:amazonses.com ~all").Text("amazonses.com", "v=spf1 ip4:192.0.2.0/24 -all")
            .MailExchange(envelope, 10, "mx.example.com").Address("mx.example.com", "192.0.2.1").MailExchange("example.com", 10, "mx.example.com");
        var paths = ReturnPaths.Read(new ReturnPathOptions { ReturnPath = { $"example.com: bounces@{envelope}" } });

        var check = await Check("example.com", SigningDomains.None, Preset("ses", "email-smtp.eu-central-1.amazonaws.com"), paths);

        Assert.Equal((envelope, DomainStatus.Verified), (check.EnvelopeDomain, check.Status));
        Assert.Equal(DomainStatus.Verified, Finding(check, DomainCheckName.ReturnPath).Status);
        Assert.Equal(spf, Assert.Single(check.Relays).Spf);
    }

    [Theory]
    [InlineData("192.0.2.7", DomainStatus.Verified, "pass")]
    [InlineData("198.51.100.7", DomainStatus.Failed, "fail")]
    public async Task A_relay_whose_addresses_are_known_is_evaluated_by_them(string address, string status, string spf)
    {
        Complete("example.com", SigningDomains.None);

        var check = await Check("example.com", SigningDomains.None, new RelayOptions { Host = "mail.example.net", SendingAddresses = address });

        Assert.Equal((status, spf), (Finding(check, DomainCheckName.SpfRelay).Status, Assert.Single(check.Relays).Spf));
    }

    [Fact]
    public async Task Strict_alignment_refuses_the_key_of_the_domain_above()
    {
        var signing = Signing("example.com", "s1", subdomains: true);
        Complete("example.com", signing);
        _server.Text("mail.example.com", "v=spf1 -all").Text("_dmarc.mail.example.com", "v=DMARC1; p=reject; adkim=s; rua=mailto:a@example.com");

        Assert.Equal("fail", (await Check("mail.example.com", signing, Preset("gmail"))).Relays[0].Dkim);

        _server.Remove("_dmarc.mail.example.com");
        Assert.Equal("pass", (await Check("mail.example.com", signing, Preset("gmail"))).Relays[0].Dkim);
    }

    [Theory]
    [InlineData("ServerFailure")]
    [InlineData("Garbage")]
    [InlineData("WrongId")]
    [InlineData("Truncated")]
    public async Task Trouble_of_DNS_is_never_a_failure(string action)
    {
        _server.Script = _ => (DnsAction)typeof(DnsAction).GetProperty(action)!.GetValue(null)!;

        var check = await Check("example.com", Signing("example.com", "s1"), Preset("gmail"));

        Assert.Equal(DomainStatus.TemporaryFailure, check.Status);
        Assert.All(check.Findings, finding => Assert.Equal(DomainStatus.TemporaryFailure, finding.Status));
        Assert.Equal(("unknown", "unknown", "unknown"), (check.Relays[0].Spf, check.Relays[0].Dkim, check.Relays[0].Dmarc));
    }

    [Fact]
    public async Task A_domain_in_A_labels_is_checked()
    {
        Complete("xn--bcher-kva.example", SigningDomains.None);

        Assert.Equal(DomainStatus.Verified, (await Check("xn--bcher-kva.example", SigningDomains.None, Preset("gmail"))).Status);
    }

    private void Complete(string domain, SigningDomains signing)
    {
        _server.Text(domain, "v=spf1 include:_spf.google.com ~all").Text("_spf.google.com", "v=spf1 ip4:192.0.2.0/24 ~all")
            .Text($"_dmarc.{domain}", $"v=DMARC1; p=quarantine; rua=mailto:dmarc@{domain}")
            .MailExchange(domain, 10, $"mx.{domain}").Address($"mx.{domain}", "192.0.2.1");
        foreach (var signer in signing.All)
        {
            foreach (var key in signer.Keys)
                _server.Text(signer.RecordName(key), key.Record);
        }
    }

    private async Task<DomainCheckAnswer> Check(string domain, SigningDomains signing, RelayOptions relay, ReturnPaths? returnPaths = null)
    {
        using var checker = Checker(domain, signing, relay, returnPaths);
        return await checker.CheckAsync(domain, TestContext.Current.CancellationToken);
    }

    private DomainChecker Checker(string domain, SigningDomains signing, RelayOptions relay, ReturnPaths? returnPaths = null)
    {
        Assert.True(AddressList.TryParse([domain], out var allowed, out _));
        var senders = new Senders(allowed, signing, returnPaths ?? ReturnPaths.None, RelayList.Read(new RelaysOptions { Relay = relay }));
        return new DomainChecker(senders, Resolvers.Of(_server, TimeSpan.FromSeconds(2)), TimeProvider.System);
    }

    private static RelayOptions Preset(string preset, string? host = null) => new() { Preset = preset, Host = host, User = "user", Password = "password", Auth = "password" };

    private static SigningDomains Signing(string domain, string selector, bool subdomains = false) =>
        SigningDomains.Read(new DkimOptions { Subdomains = subdomains, Keys = { Key(domain, selector) } });

    private static DkimKeyOptions Key(string domain, string selector)
    {
        using var rsa = RSA.Create(2048);
        return new DkimKeyOptions { Domain = domain, Selector = selector, Key = rsa.ExportPkcs8PrivateKeyPem() };
    }

    private static DomainFinding Finding(DomainCheckAnswer check, string name) => check.Findings.First(finding => finding.Check == name);

    private static DomainFix FixOf(DomainCheckAnswer check, string name) => Finding(check, name).Fix!;
}
