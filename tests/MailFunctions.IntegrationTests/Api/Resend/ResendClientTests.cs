using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.LocalHost.Children;
using MailFunctions.TestPeers.Smtp;
using MimeKit;

namespace MailFunctions.IntegrationTests.Api.Resend;

/// <summary>Resend's official client for Node.js, as it comes from npm, against the running functions.</summary>
public sealed class ResendClientTests(AzuriteFixture azurite)
{
    private static readonly TimeSpan Patience = Hang.After;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_official_client_sends_reads_moves_and_cancels_mail_and_understands_every_error()
    {
        await using var scene = await ResendScene.StartAsync(azurite);
        var key = await scene.MakeKeyAsync(senders: ["example.com"]);
        using var put = await scene.Functions.Client.PutAsJsonAsync("/api/templates/welcome", new { subject = "Welcome {{ name }}", text = "Hello {{ name }}" }, Cancellation);
        put.EnsureSuccessStatusCode();

        var ids = await RunClientAsync(scene, key);

        string Id(string name) => ids.GetProperty(name).GetString()!;
        await scene.Relay.WaitForMailsAsync(6, Cancellation).WaitAsync(Patience, Cancellation);
        var order = Mail(scene, Id("once"));
        Assert.Equal(("42", "Zoë", "help@example.com"), (order.Headers["X-Order"], order.From.Mailboxes.Single().Name, order.ReplyTo.Mailboxes.Single().Address));
        Assert.Equal(
            ["note.txt: Grüße", "logo.png: \0\u00ff\u0001", "attachment: \a\b"],
            Files(order).Select(file => $"{file.Name}: {(file.Name == "note.txt" ? Encoding.UTF8 : Encoding.Latin1).GetString(file.Bytes)}"));
        Assert.Equal(["ada@example.net", "carol@example.net", "archive@example.net"], Received(scene, Id("once")).Recipients);
        Assert.Equal(["list.bin 0080FF", "buffer.bin 010203"], Files(Mail(scene, Id("bytes"))).Select(file => $"{file.Name} {Convert.ToHexString(file.Bytes)}"));
        Assert.Equal(["One", "Two", "Three"], ids.GetProperty("several").EnumerateArray().Select(id => Mail(scene, id.GetString()!).Subject));
        Assert.Equal(("Welcome Ada", "Hello Ada"), (Mail(scene, Id("welcome")).Subject, Mail(scene, Id("welcome")).TextBody!.TrimEnd()));
        Assert.DoesNotContain(scene.Functions.Log.All, line => line.Text.Contains(key[^43..], StringComparison.Ordinal));
    }

    private static async Task<JsonElement> RunClientAsync(ResendScene scene, string key)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Api", "Resend");
        var tools = await new ToolInstallation(LocalFolders.Tools, folder, TextWriter.Null, TimeProvider.System).EnsureAsync(Cancellation);
        using var node = Process.Start(new ProcessStartInfo(NodeRuntime.Executable, [Path.Combine(folder, "client.cjs")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["NODE_PATH"] = Path.Combine(tools, "node_modules"),
                ["RESEND_BASE_URL"] = scene.BaseUrl.ToString(),
                ["RESEND_API_KEY"] = key,
            },
        })!;
        try
        {
            var (output, error) = (node.StandardOutput.ReadToEndAsync(Cancellation), node.StandardError.ReadToEndAsync(Cancellation));
            await node.WaitForExitAsync(Cancellation).WaitAsync(Patience, Cancellation);
            Assert.True(node.ExitCode == 0, await error);
            return JsonElement.Parse((await output).TrimEnd().Split('\n')[^1]);
        }
        finally
        {
            if (!node.HasExited)
                node.Kill();
        }
    }

    private static ReceivedMail Received(ResendScene scene, string id) =>
        Assert.Single(scene.Relay.Mails.ToList(), mail => mail.Header("Message-ID")!.Contains(id, StringComparison.Ordinal));

    private static MimeMessage Mail(ResendScene scene, string id) => MimeMessage.Load(new MemoryStream(Received(scene, id).Content.ToArray()), Cancellation);

    private static IEnumerable<(string Name, byte[] Bytes)> Files(MimeMessage mail) =>
        mail.BodyParts.OfType<MimePart>().Where(part => part.FileName is not null).Select(part =>
        {
            using var bytes = new MemoryStream();
            part.Content!.DecodeTo(bytes, Cancellation);
            return (part.FileName!, bytes.ToArray());
        }).OrderBy(file => Array.IndexOf(["note.txt", "logo.png", "attachment"], file.Item1));
}
