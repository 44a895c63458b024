using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.LocalHost.Children;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.IntegrationTests.LocalHost.Runs;

/// <summary>Whole runs, with an Azurite and an inbox that they start themselves.</summary>
public sealed class LocalHostRunTests
{
    private const string NoSignals = "Windows has no SIGTERM to send.";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_demo_sends_a_mail_shows_its_way_and_leaves_nothing_behind()
    {
        await using var folder = new LocalHostFolder();
        await using var run = LocalHostProcess.Start([.. folder.Arguments, "--demo", "--exit", "--ephemeral"]);

        Assert.True(await run.ExitAsync() == 0, run.Output + run.Error);
        Assert.Contains("Sent one mail: 202 Accepted", run.Output, StringComparison.Ordinal);
        Assert.Contains("you@example.com: sent (250 ", run.Output, StringComparison.Ordinal);
        Assert.Contains("Statistics of the last hour:", run.Output, StringComparison.Ordinal);
        Assert.Contains($"http://127.0.0.1:{folder.WebPort}/", run.Output, StringComparison.Ordinal);
        Assert.Contains("curl -i http://", run.Output, StringComparison.Ordinal);
        Assert.False(folder.IsRunning("azurite"));
        Assert.False(folder.IsRunning("inbox"));
    }

    [Fact]
    public async Task With_the_sandbox_on_mail_still_lies_in_the_inbox_of_the_run()
    {
        await using var folder = new LocalHostFolder();
        await using var run = LocalHostProcess.Start([.. folder.Arguments, "--demo", "--exit", "--ephemeral", "--MailFunctions:Sandbox:Enabled=true"]);

        Assert.True(await run.ExitAsync() == 0, run.Output + run.Error);
        Assert.Contains("attempt 1 over 127.0.0.1: sent", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_demo_whose_mail_is_refused_says_so_and_fails()
    {
        await using var relay = new ScriptedSmtpServer
        {
            Script = exchange => exchange.Verb == "RCPT" ? SmtpAction.Reply("550 5.1.1 No such user") : null,
        };
        await using var folder = new LocalHostFolder();
        await using var run = LocalHostProcess.Start(
            [.. folder.Arguments, "--demo", "--exit", "--ephemeral", Relay(relay), "--LocalHost:Demo:From=a@example.com", "--LocalHost:Demo:To=b@example.com"]);

        Assert.True(await run.ExitAsync() == 1, run.Output + run.Error);
        Assert.Contains("550", run.Output, StringComparison.Ordinal);
        Assert.Contains("The demo mail was not sent; it is failed.", run.Output, StringComparison.Ordinal);
        Assert.False(folder.IsRunning("azurite"));
    }

    [Fact]
    public async Task A_thousand_mails_with_a_shared_attachment_use_less_than_100_MiB_above_idle()
    {
        const long mib = 1024 * 1024;
        await using var relay = new ScriptedSmtpServer { Script = exchange => exchange.Verb == SmtpExchange.Greeting ? SmtpAction.Stall : null };
        await using var folder = new LocalHostFolder();
        await using var run = LocalHostProcess.Start([.. folder.Arguments, "--ephemeral", Relay(relay)]);
        using var client = new HttpClient();
        var address = await run.StartedAsync();
        await PostBatchAsync(1, new byte[1]);
        var idle = run.Memory.Now;

        await PostBatchAsync(1000, new byte[mib]);

        Assert.InRange(run.Memory.Most - idle, 0, 100 * mib);

        async Task PostBatchAsync(int emails, byte[] attachment)
        {
            var recipients = Enumerable.Range(0, emails).Select(i => new { to = FormattableString.Invariant($"r{i}@example.com") });
            var file = new { filename = "a.bin", content = Convert.ToBase64String(attachment) };
            var defaults = new { from = "a@example.com", subject = "Hello", text = "Hello", lane = "bulk", attachments = new[] { file } };
            using var answer = await client.PostAsJsonAsync(new Uri(address, "emails/batch"), new { defaults, emails = recipients }, Cancel);
            Assert.True(answer.StatusCode == HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync(Cancel));
        }
    }

    [Fact]
    public async Task A_run_stopped_by_SIGTERM_finishes_its_mail_and_the_next_run_reports_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), NoSignals);
        await using var relay = new ScriptedSmtpServer { Script = exchange => exchange.Verb == SmtpExchange.FinalDot ? SmtpAction.Stall : null };
        await using var folder = new LocalHostFolder();
        string[] arguments = [.. folder.Arguments, Relay(relay)];
        using var client = new HttpClient();

        string id;
        await using (var run = LocalHostProcess.Start(arguments))
        {
            var address = await run.StartedAsync();
            id = await SubmitAsync(client, address);
            await relay.WaitForCommandAsync(exchange => exchange.Verb == SmtpExchange.FinalDot, Cancel);

            await run.TerminateAsync();
            await Eventually.TrueAsync(async () => !await new Port("HTTP", folder.HttpPort, "").IsListenedOnAsync(Cancel), "an endpoint that is closed");
            Assert.False(run.HasExited);
            Assert.True(folder.IsRunning("azurite"));
            relay.Script = _ => null;
            relay.Release();

            Assert.True(await run.ExitAsync() == 0, run.Output + run.Error);
            Assert.Single(relay.Mails.ToList());
            Assert.False(folder.IsRunning("azurite"));
        }

        await using var next = LocalHostProcess.Start(arguments);
        var email = await client.GetFromJsonAsync<JsonElement>(new Uri(await next.StartedAsync(), $"emails/{id}"), Cancel);

        Assert.Equal("sent", email.GetProperty("status").GetString());
        Assert.Equal(1, email.GetProperty("attempts").GetArrayLength());
        await next.TerminateAsync();
        Assert.Equal(0, await next.ExitAsync());
        Assert.Single(relay.Mails.ToList());
    }

    /// <summary>A process that the system has stopped is as a machine that is too busy for it: it saves, and gets nowhere.</summary>
    [Theory]
    [InlineData("azurite", "Azurite is still saving")]
    [InlineData("inbox", "The local inbox is still saving")]
    public async Task After_Ctrl_C_a_child_that_saves_is_waited_for(string child, string said)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), NoSignals);
        await using var folder = new LocalHostFolder();
        await using var run = LocalHostProcess.Start(folder.Arguments);
        await run.StartedAsync();
        var process = folder.State(child)!.Child.Id;

        await Signals.SendAsync("STOP", process);
        await run.InterruptAsync();
        await run.ShowsAsync(said);
        Assert.True(folder.IsRunning(child));
        await run.TerminateAsync();
        await Signals.SendAsync("CONT", process);

        Assert.Equal(0, await run.ExitAsync());
        Assert.False(folder.IsRunning(child));
        Assert.DoesNotContain("was killed", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_Ctrl_C_kills_a_child_that_still_saves()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), NoSignals);
        await using var folder = new LocalHostFolder();
        await using var run = LocalHostProcess.Start(folder.Arguments);
        await run.StartedAsync();

        await Signals.SendAsync("STOP", folder.State("azurite")!.Child.Id);
        await run.InterruptAsync();
        await run.ShowsAsync("Azurite is still saving; Ctrl-C now kills it");
        await run.InterruptAsync();

        await run.ExitAsync();
        Assert.Contains("Azurite was killed while it saved.", run.Output, StringComparison.Ordinal);
        await Eventually.TrueAsync(() => !folder.IsRunning("azurite"), "an end of the killed process");
    }

    [Fact]
    public async Task Children_of_a_killed_run_are_used_and_ended_by_the_next_run()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), NoSignals);
        await using var folder = new LocalHostFolder();
        await using (var killed = LocalHostProcess.Start(folder.Arguments))
        {
            await killed.StartedAsync();
            killed.Kill();
            await killed.ExitAsync();
        }

        var (azurite, inbox) = (folder.State("azurite")!.Child, folder.State("inbox")!.Child);
        Assert.True(azurite.IsStillRunning());
        Assert.True(inbox.IsStillRunning());

        await using var next = LocalHostProcess.Start(folder.Arguments);
        await next.StartedAsync();
        Assert.Contains("Using Azurite that an earlier run left behind", next.Output, StringComparison.Ordinal);
        Assert.Contains("Using the local inbox that an earlier run left behind", next.Output, StringComparison.Ordinal);
        Assert.Equal(azurite, folder.State("azurite")!.Child);

        await next.TerminateAsync();
        Assert.Equal(0, await next.ExitAsync());
        Assert.False(azurite.IsStillRunning());
        Assert.False(inbox.IsStillRunning());
    }

    [Fact]
    public async Task Two_runs_share_what_the_first_started_and_the_second_does_not_end_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), NoSignals);
        await using var folder = new LocalHostFolder();
        await using var first = LocalHostProcess.Start(folder.Arguments);
        using var client = new HttpClient();
        var address = await first.StartedAsync();

        await using var second = LocalHostProcess.Start([.. folder.Arguments, "--port=0"]);
        await second.StartedAsync();
        Assert.Contains("Using Azurite that already listens", second.Output, StringComparison.Ordinal);
        await second.TerminateAsync();
        Assert.Equal(0, await second.ExitAsync());

        Assert.True(folder.IsRunning("azurite"));
        Assert.True(folder.IsRunning("inbox"));
        await SubmitAsync(client, address);
        await first.TerminateAsync();
        Assert.Equal(0, await first.ExitAsync());
        Assert.False(folder.IsRunning("azurite"));
        Assert.False(folder.IsRunning("inbox"));
    }

    private static string Relay(ScriptedSmtpServer relay) => $"--{TestSettings.Relay("Url")}={TestSettings.RelayUrl(relay.Port)}";

    private static async Task<string> SubmitAsync(HttpClient client, Uri address)
    {
        using var answer = await client.PostAsJsonAsync(
            new Uri(address, "emails"), new { from = "a@example.com", to = new[] { "b@example.com" }, subject = "s", text = "t" }, Cancel);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetString()!;
    }
}
