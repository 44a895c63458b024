using System.Text;
using System.Text.Json.Nodes;

namespace MailFunctions.LocalHost.Demo;

/// <summary>The mail that --demo sends: both bodies, an inline image, an attachment, a subject that is not ASCII.</summary>
internal sealed record DemoMail(string From, string To)
{
    /// <summary>An image of one colour.</summary>
    private const string Image = "iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAIAAACQkWg2AAAAFklEQVR42mOQz79AEmIY1TCqYfhqAABhaV4QLJD2IAAAAABJRU5ErkJggg==";

    /// <exception cref="CannotStartException">A relay is configured but no addresses are: real mail must not go to example.com.</exception>
    public static DemoMail Read(IConfiguration configuration)
    {
        var section = configuration.GetSection("LocalHost:Demo");
        if ((section["From"] is null || section["To"] is null) && ConfiguredRelay.Exists(configuration))
            throw new CannotStartException("--demo over a relay of your own needs LocalHost:Demo:From and LocalHost:Demo:To, addresses that it may send from and to.");
        return new DemoMail(section["From"] ?? "MailFunctions <demo@example.com>", section["To"] ?? "you@example.com");
    }

    public string ToJson() => new JsonObject
    {
        ["from"] = From,
        ["to"] = new JsonArray(To),
        ["subject"] = "Grüße from MailFunctions ✓",
        ["text"] = "This mail came through the whole way: HTTP, queue, SMTP.",
        ["html"] = "<p><img src=\"cid:square\" width=\"48\" height=\"48\" alt=\"\"></p><p>This mail came through the whole way: <b>HTTP, queue, SMTP</b>.</p>",
        ["attachments"] = new JsonArray(
            new JsonObject
            {
                ["filename"] = "square.png",
                ["content_type"] = "image/png",
                ["content_id"] = "square",
                ["content"] = Image,
            },
            new JsonObject
            {
                ["filename"] = "notes.txt",
                ["content_type"] = "text/plain",
                ["content"] = Convert.ToBase64String(Encoding.UTF8.GetBytes("An attachment.\n")),
            }),
        ["tags"] = new JsonArray(new JsonObject { ["name"] = "kind", ["value"] = "demo" }),
    }.ToJsonString();
}
