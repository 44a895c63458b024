using MailFunctions.Smtp.Relays;
using MailKit.Security;

namespace MailFunctions.Tests.Smtp;

/// <summary>What a URL and the separate settings say of the server, and of its TLS.</summary>
public sealed class RelayAddressTests
{
    [Theory]
    [InlineData("smtp://mail.example.com", "mail.example.com", 587, SecureSocketOptions.StartTls)]
    [InlineData("smtp://mail.example.com:25", "mail.example.com", 25, SecureSocketOptions.StartTls)]
    [InlineData("smtp://mail.example.com?starttls=required", "mail.example.com", 587, SecureSocketOptions.StartTls)]
    [InlineData("smtp://mail.example.com?starttls=when-available", "mail.example.com", 587, SecureSocketOptions.StartTlsWhenAvailable)]
    [InlineData("smtp://mail.example.com?starttls=none", "mail.example.com", 587, SecureSocketOptions.None)]
    [InlineData("smtps://mail.example.com", "mail.example.com", 465, SecureSocketOptions.SslOnConnect)]
    [InlineData("smtp://127.0.0.1:1025", "127.0.0.1", 1025, SecureSocketOptions.StartTlsWhenAvailable)]
    [InlineData("smtp://localhost", "localhost", 587, SecureSocketOptions.StartTlsWhenAvailable)]
    [InlineData("smtp://[::1]:2525", "::1", 2525, SecureSocketOptions.StartTlsWhenAvailable)]
    public void A_url_sets_host_port_and_TLS_which_remote_hosts_require_by_default(string url, string host, int port, SecureSocketOptions security)
    {
        var relay = Relays.Read(new RelayOptions { Url = url });

        Assert.Equal((host, port, security), (relay.Host, relay.Port, relay.Security));
    }

    [Fact]
    public void User_and_password_of_a_url_are_percent_decoded()
    {
        var relay = Relays.Read(new RelayOptions { Url = "smtp://me%40example.com:p%3Aa%2Fss%25@mail.example.com" });

        Assert.Equal(("me@example.com", "p:a/ss%"), (relay.Login!.User, relay.Login.Password));
    }

    [Fact]
    public void Separate_settings_win_over_the_same_part_of_the_url()
    {
        var relay = Relays.Read(new RelayOptions
        {
            Url = "smtp://a:b@mail.example.com:25?starttls=none",
            Host = "other.example.com",
            Port = 2525,
            Tls = "implicit",
            User = "c",
            Password = "d",
        });

        Assert.Equal(("other.example.com", 2525, SecureSocketOptions.SslOnConnect), (relay.Host, relay.Port, relay.Security));
        Assert.Equal(("c", "d"), (relay.Login!.User, relay.Login.Password));
    }

    [Fact]
    public void The_time_outs_are_those_of_RFC_5321_unless_they_are_set()
    {
        var relay = Relays.Read(new RelayOptions { Url = "smtp://mail.example.com" });

        Assert.Equal((TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10)), (relay.ReplyTimeout, relay.FinalReplyTimeout));
    }
}
