using System.Globalization;
using System.Text;
using MailFunctions.Smtp;
using MailFunctions.Smtp.Credentials;
using MailFunctions.Smtp.Relays;
using MailFunctions.Smtp.Sessions;
using MailFunctions.TestPeers.Smtp;
using MailFunctions.Tests.Telemetry;
using MimeKit;

namespace MailFunctions.Tests.Smtp.Wire;

/// <summary>Sessions with a scripted relay, and mails that can be told apart at it.</summary>
internal static class Sessions
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static Envelope Envelope { get; } = new("shop@example.org", ["ada@example.com", "bob@example.com"]);

    public static ScriptedSmtpServer Server(bool chunking) =>
        new(new SmtpServerOptions { Keywords = [.. new SmtpServerOptions().Keywords, .. chunking ? ["CHUNKING"] : Array.Empty<string>()] });

    public static Relay Relay(ScriptedSmtpServer server, Action<RelayOptions>? set = null)
    {
        var options = Relays.To(server);
        set?.Invoke(options);
        return Relays.Read(options);
    }

    public static Task<RelaySession> OpenAsync(Relay relay) =>
        RelaySession.OpenAsync(relay, new Authenticator(relay, TokenCredentials.Create, TimeProvider.System), new Instruments().Smtp, TimeProvider.System, Cancellation);

    public static async Task<TransactionResult> SendAsync(this RelaySession session, int number)
    {
        using var message = new MimeMessage(
            [new MailboxAddress("", "shop@example.org")], [new MailboxAddress("", "ada@example.com")], Subject(number), new TextPart("plain") { Text = "Hello" });
        return await session.SendAsync(Envelope, message, () => { }, Cancellation);
    }

    /// <summary>Sends so many mails as a window does: over one session, and over a fresh one when it cannot go on.</summary>
    /// <returns>What became of each; null when no session could be had.</returns>
    public static async Task<IReadOnlyList<TransactionResult?>> SendManyAsync(Relay relay, int count)
    {
        var results = new List<TransactionResult?>();
        RelaySession? session = null;
        for (var number = 0; number < count; number++)
        {
            try
            {
                if (session is not { IsUsable: true })
                {
                    if (session is not null)
                        await session.DisposeAsync();
                    session = null;
                    session = await OpenAsync(relay);
                }

                results.Add(await session.SendAsync(number));
            }
            catch (RelayUnreachableException)
            {
                results.Add(null);
            }
        }

        if (session is not null)
            await session.DisposeAsync();
        return results;
    }

    public static IReadOnlySet<int> Arrived(ScriptedSmtpServer server) => server.Mails
        .Select(mail => Encoding.ASCII.GetString(mail.Content.Span))
        .Select(text => int.Parse(text.Split("Subject: Mail ")[1].Split('\r')[0], CultureInfo.InvariantCulture))
        .ToHashSet();

    private static string Subject(int number) => string.Create(CultureInfo.InvariantCulture, $"Mail {number}");
}
