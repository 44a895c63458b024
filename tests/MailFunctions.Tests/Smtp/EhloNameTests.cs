using System.Net;
using System.Text.RegularExpressions;
using CsCheck;
using MailFunctions.Smtp.Credentials;
using MailFunctions.Smtp.Relays;
using MailFunctions.Smtp.Sessions;
using MailFunctions.TestPeers.Smtp;
using MailFunctions.Tests.Telemetry;

namespace MailFunctions.Tests.Smtp;

/// <summary>What EHLO says. The grammar here is RFC 5321's own, written out from sections 4.1.2 and 4.1.3.</summary>
public sealed partial class EhloNameTests
{
    private const string Hex = "[0-9A-Fa-f]{1,4}";
    private const string Quad = @"(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(\.(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])){3}";

    private static readonly string[] Machines =
        ["vm", "localhost", "localhost.localdomain", "db7c3f4e1a2b", "host.local", "SandboxHost-638", "1.2.3.4", "10.0", "::1", "a.b.example.org", "-a.example.org"];

    private static readonly Gen<IPAddress> Address = Gen.OneOf(
        Gen.Byte.Array[4].Select(octets => new IPAddress(octets)),
        Gen.Byte.Array[16].Select(octets => new IPAddress(octets)),
        // Long and short runs of zeros, IPv4 within IPv6, addresses with a zone.
        Gen.Select(Gen.Frequency((3, Gen.Const<byte>(0)), (1, Gen.Byte)).Array[16], Gen.Long[0, 9]).Select((octets, zone) => new IPAddress(octets, zone)),
        Gen.Byte.Array[4].Select(octets => new IPAddress(octets).MapToIPv6()),
        Gen.Select(Gen.Byte.Array[8], Gen.Long[1, 99]).Select((octets, zone) => new IPAddress([0xfe, 0x80, 0, 0, 0, 0, 0, 0, .. octets], zone)));

    private static readonly Gen<string> Machine = Gen.OneOf(
        Gen.String[Gen.Char.AlphaNumeric, 1, 20],
        Gen.String[Gen.Char["abcXYZ019-._ ü\u3002\0\r\n[]%:"], 0, 40],
        Gen.Int[0, Machines.Length - 1].Select(i => Machines[i]),
        Gen.Int[60, 300].Select(length => string.Join('.', Enumerable.Repeat(new string('a', 60), (length / 60) + 1))),
        Gen.String);

    [GeneratedRegex($@"\A\[{Quad}\]\z")]
    private static partial Regex AddressLiteral();

    /// <summary>IPv6-full, IPv6-comp, IPv6v4-full and IPv6v4-comp; how many groups there are is counted beside it.</summary>
    [GeneratedRegex($@"\A\[IPv6:(({Hex}(:{Hex})*)?::({Hex}(:{Hex})*)?|({Hex}(:{Hex})*)?::({Hex}:)*{Quad}|{Hex}(:{Hex}){{7}}|{Hex}(:{Hex}){{5}}:{Quad})\]\z")]
    private static partial Regex IPv6Literal();

    [GeneratedRegex(@"\A[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+\z")]
    private static partial Regex QualifiedDomain();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void EHLO_has_a_qualified_domain_or_an_address_literal_on_any_machine() =>
        Gen.Select(Machine, Address.Null()).Sample((machine, address) =>
        {
            var name = EhloName.Of(machine, address);

            Assert.True(IsDomain(name) || IsLiteral(name), name);
            // RFC 3490 section 3.1: what separates labels.
            if (machine.AsSpan().IndexOfAny(".\u3002\uFF0E\uFF61") < 0)
                Assert.True(IsLiteral(name), name);
        });

    [Fact]
    public void A_literal_names_the_address_that_the_connection_comes_from() =>
        Address.Where(address => !address.Equals(IPAddress.Any) && !address.Equals(new IPAddress(new byte[16]))).Sample(address =>
        {
            var literal = EhloName.Of("vm", address);
            var read = IPAddress.Parse(literal[1..^1].Replace("IPv6:", "", StringComparison.Ordinal));

            Assert.Equal(address.IsIPv4MappedToIPv6 ? address.MapToIPv4().GetAddressBytes() : address.GetAddressBytes(), read.GetAddressBytes());
        });

    [Theory]
    [InlineData("mail.example.com", "mail.example.com")]
    [InlineData("app.bücher.example.com", "app.xn--bcher-kva.example.com")]
    [InlineData("MAIL.example.com", "MAIL.example.com")]
    [InlineData(" mail.example.com ", "mail.example.com")]
    [InlineData("192.0.2.1", "[192.0.2.1]")]
    [InlineData("[192.0.2.1]", "[192.0.2.1]")]
    [InlineData("2001:db8::1", "[IPv6:2001:db8::1]")]
    [InlineData("[IPv6:2001:db8::1]", "[IPv6:2001:db8::1]")]
    [InlineData("[ipv6:2001:DB8:0:0:0:0:0:1]", "[IPv6:2001:db8::1]")]
    public void A_name_that_is_set_is_a_domain_or_an_address(string setting, string name) =>
        Assert.Equal(name, Relays.Read(new RelayOptions { Host = "smtp.example.com", LocalName = setting }).LocalName);

    [Theory]
    [InlineData("vm")]
    [InlineData("localhost")]
    [InlineData("mail.example.com.")]
    [InlineData(".example.com")]
    [InlineData("my_host.example.com")]
    [InlineData("-mail.example.com")]
    [InlineData("mail example.com")]
    [InlineData("mail.example.com\r\nMAIL FROM:<a@example.com>")]
    [InlineData("1.2.3")]
    [InlineData("256.1.1.1")]
    [InlineData("[300.1.1.1]")]
    [InlineData("[IPv6:2001:db8::1")]
    [InlineData("[IPv6:fe80::1%eth0]")]
    [InlineData("https://example.com")]
    public void A_name_that_is_neither_stops_the_app_with_what_it_may_be(string setting)
    {
        var errors = new List<string>();

        RelayList.Read(new RelaysOptions { Relay = new() { Host = "smtp.example.com", LocalName = setting } }, errors);

        Assert.StartsWith("MailFunctions:Relay:LocalName is out of range: it takes a domain name with a dot", Assert.Single(errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("mail.example.com")]
    [InlineData("192.0.2.7")]
    [InlineData("2001:db8::7")]
    public async Task The_relay_gets_the_chosen_name_in_EHLO(string? setting)
    {
        await using var server = new ScriptedSmtpServer();
        var options = Relays.To(server);
        options.LocalName = setting;
        var relay = Relays.Read(options);
        using var authenticator = new Authenticator(relay, TokenCredentials.Create, TimeProvider.System);

        await using var session = await RelaySession.OpenAsync(relay, authenticator, new Instruments().Smtp, TimeProvider.System, Cancellation);

        Assert.Equal(EhloName.For(relay, IPAddress.Loopback), Assert.Single(server.Exchanges, exchange => exchange.Verb == "EHLO").Argument);
    }

    private static bool IsDomain(string name) =>
        QualifiedDomain().IsMatch(name) && name.Length <= 255 && Array.TrueForAll(name.Split('.'), label => label.Length <= 63) && !IPAddress.TryParse(name, out _);

    private static bool IsLiteral(string name)
    {
        if (AddressLiteral().IsMatch(name))
            return true;
        if (!IPv6Literal().IsMatch(name))
            return false;
        var groups = name[6..^1].Split(':', StringSplitOptions.RemoveEmptyEntries).Sum(group => group.Contains('.', StringComparison.Ordinal) ? 2 : 1);
        // "::" stands for two groups of zeros at least.
        return name.Contains("::", StringComparison.Ordinal) ? groups <= 6 : groups == 8;
    }
}
