using System.Text.RegularExpressions;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.IntegrationTests.LocalHost.Runs;
using MailFunctions.LocalHost;
using MailFunctions.LocalHost.Signing;
using MailFunctions.Mail;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.IntegrationTests.Smtp.Signing;

/// <summary>The command that makes keys to sign with, as a person at a console runs it.</summary>
public sealed partial class DkimCommandTests(AzuriteFixture azurite)
{
    private static readonly DateTimeOffset Now = new(2026, 12, 1, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_settings_that_it_prints_sign_mail_that_verifies_by_the_record_that_it_prints()
    {
        PythonDkim.Require();
        await using var run = LocalHostProcess.Start(["dkim", "example.org", "--selector=s9"]);
        Assert.True(await run.ExitAsync() == 0, run.Error);
        var lines = run.Output.ReplaceLineEndings("\n").Trim().Split('\n');
        var settings = lines[..3].Select(line => line.Split('=', 2)).Select(pair => (pair[0].Replace("__", ":", StringComparison.Ordinal), pair[1]));
        var record = string.Concat(Quoted().Matches(lines[^1]).Select(match => match.Groups[1].Value));
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).With(settings).StartAsync();

        await pipeline.DeliverUntilAsync(await pipeline.SubmitAsync(TestApp.Mail(), Cancellation), Cancellation, EmailState.Sent);

        Assert.StartsWith("s9._domainkey.example.org. IN TXT ( \"v=DKIM1; k=rsa; p=", lines[^1], StringComparison.Ordinal);
        var records = new Dictionary<string, string> { ["s9._domainkey.example.org"] = record };
        Assert.Equal(["rsa-sha256: True"], Assert.Single(PythonDkim.Verify(records, relay.Mails.Select(mail => mail.Content))));
    }

    [Fact]
    public void A_selector_has_the_date_and_a_key_the_size_that_nobody_names()
    {
        Assert.Equal(new DkimSwitches("example.com", "s20261201", 2048), DkimSwitches.Parse(["example.com"], Now));
        Assert.Equal(new DkimSwitches("example.com", "a", 3072), DkimSwitches.Parse(["--bits", "3072", "example.com", "--selector", "a"], Now));
        Assert.Equal(new DkimSwitches("example.com", "s20261201", null), DkimSwitches.Parse(["example.com", "--ed25519"], Now));
    }

    [Theory]
    [InlineData("dkim needs the domain that signs, such as example.com.", "--ed25519")]
    [InlineData("--selector needs a value.", "example.com", "--selector")]
    [InlineData("--bits needs a number.", "example.com", "--bits=many")]
    [InlineData("--bits is the size of an RSA key; an Ed25519 key has one size.", "example.com", "--bits=2048", "--ed25519")]
    [InlineData("--size is not a switch of dkim; 'dkim --help' lists them.", "example.com", "--size")]
    [InlineData("example.org is not a switch of dkim; 'dkim --help' lists them.", "example.com", "example.org")]
    public void An_invalid_dkim_command_line_is_refused_with_one_sentence(string sentence, params string[] arguments) =>
        Assert.Equal(sentence, Assert.Throws<CannotStartException>(() => DkimSwitches.Parse(arguments, Now)).Message);

    [Fact]
    public void What_no_key_can_be_made_for_is_refused_with_one_sentence() => Assert.Equal(
        "An RSA key has 2048 to 4096 bits.",
        Assert.Throws<CannotStartException>(() => DkimCommand.Run(new DkimSwitches("example.com", "s1", 512), TextWriter.Null, TextWriter.Null)).Message);

    [GeneratedRegex("\"([^\"]*)\"")]
    private static partial Regex Quoted();
}
