using System.Net;
using System.Net.Sockets;

namespace MailFunctions.IntegrationTests.LocalHost.Runs;

/// <summary>What keeps the local host from starting is told in one sentence, with exit code 1.</summary>
public sealed class RefusalTests
{
    [Theory]
    [InlineData("--demoo", "--demoo is not a switch; --help lists them, and a setting is given as --Key=Value.")]
    [InlineData("--demo=yes", "--demo=yes is not a switch; --help lists them, and a setting is given as --Key=Value.")]
    [InlineData("--port", "--port needs a number.")]
    [InlineData("--port=http", "LocalHost:Port is 'http'; it must be a port from 0 (any free one) to 65535.")]
    [InlineData("--exit", "--exit ends the run after the demo; give it with --demo.")]
    [InlineData("--LocalHost:DrainTimeout=long", "LocalHost:DrainTimeout is 'long'; it must be a duration from 00:00:00 to 01:00:00.")]
    [InlineData("--AzureWebJobsStorage=nonsense", "AzureWebJobsStorage is not a storage connection string.")]
    [InlineData("--LocalHost:Inbox:WebPort=10000", "Port 10000 is given to LocalHost:Azurite:BlobPort and LocalHost:Inbox:WebPort; each needs one of its own.")]
    [InlineData("--MailFunctions:Relay:Url=nonsense", "MailFunctions:Relay:Url is not a URL of the form smtp://user:password@host:port?starttls=required or smtps://….")]
    [InlineData("--MailFunctions:Delivery:Lease=1", "MailFunctions:Delivery:Lease is 1.00:00:00: it takes 00:00:03 to 00:10:00.")]
    [InlineData("--MailFunctions:Delivery:Lease=soon", "Failed to convert configuration value 'soon' at 'MailFunctions:Delivery:Lease' to type 'System.TimeSpan'.")]
    public async Task An_invalid_command_line_stops_the_start(string argument, string sentence)
    {
        await RefusesAsync(["--port=0", argument], sentence);
    }

    [Fact]
    public async Task A_taken_port_of_the_functions_stops_the_start()
    {
        await using var folder = new LocalHostFolder();
        using var other = Take(folder.HttpPort);

        await RefusesAsync(
            folder.Arguments,
            $"Port {folder.HttpPort}, wanted for the functions' HTTP endpoint, is taken by something else; end that, or set LocalHost:Port (or --port) to another port.");
        Assert.Null(folder.State("azurite"));
    }

    [Fact]
    public async Task A_taken_port_of_Azurite_stops_the_start()
    {
        await using var folder = new LocalHostFolder();
        using var other = Take(folder.QueuePort);

        await RefusesAsync(
            folder.Arguments,
            $"Port {folder.QueuePort}, wanted for Azurite's queues, is taken by something else; end that, or set LocalHost:Azurite:QueuePort to another port.");
    }

    [Fact]
    public async Task A_taken_port_of_the_inbox_stops_the_start_and_ends_started_children()
    {
        await using var folder = new LocalHostFolder();
        using var other = Take(folder.WebPort);

        await RefusesAsync(
            folder.Arguments,
            $"Port {folder.WebPort}, wanted for the inbox's web page, is taken by something else; end that, or set LocalHost:Inbox:WebPort to another port.");
        Assert.NotNull(folder.State("azurite"));
        Assert.False(folder.IsRunning("azurite"));
    }

    [Fact]
    public async Task A_missing_Node_stops_the_start()
    {
        await using var folder = new LocalHostFolder();

        await RefusesAsync(
            folder.Arguments,
            "Node.js 20 or later is needed to run Azurite and the local inbox, and no 'node' was found on the path.",
            path: AppContext.BaseDirectory);
    }

    [Fact]
    public async Task A_demo_over_an_own_relay_without_addresses_stops_the_start()
    {
        await RefusesAsync(
            ["--demo", "--MailFunctions:Relay:Url=smtp://relay.example.com"],
            "--demo over a relay of your own needs LocalHost:Demo:From and LocalHost:Demo:To, addresses that it may send from and to.");
    }

    [Fact]
    public async Task A_malformed_or_out_of_range_host_json_stops_the_start()
    {
        var folder = Directory.CreateTempSubdirectory("mailfunctions-output-").FullName;
        try
        {
            foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory))
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            var hostJson = Path.Combine(folder, "host.json");

            await File.WriteAllTextAsync(hostJson, "{\n  \"version\": 2.0.0\n}", TestContext.Current.CancellationToken);
            await RefusesAsync([], "host.json is not valid JSON at line 2, position 17:", folder: folder);

            await File.WriteAllTextAsync(hostJson, """{"version": "2.0", "extensions": {"queues": {"batchSize": 64}}}""", TestContext.Current.CancellationToken);
            await RefusesAsync([], "host.json: extensions.queues.batchSize is 64; it must be a whole number from 1 to 32.", folder: folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Help_is_no_refusal()
    {
        await using var run = LocalHostProcess.Start(["--help"]);

        Assert.Equal(0, await run.ExitAsync());
        Assert.Contains("--ephemeral", run.Output, StringComparison.Ordinal);
    }

    private static async Task RefusesAsync(IEnumerable<string> arguments, string sentence, string? folder = null, string? path = null)
    {
        await using var run = LocalHostProcess.Start(arguments, folder, path);

        Assert.Equal(1, await run.ExitAsync());
        Assert.StartsWith(sentence, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', run.Error);
    }

    private static TcpListener Take(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        return listener;
    }
}
