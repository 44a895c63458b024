using System.Net;
using System.Text;
using Azure.Data.Tables;
using MailFunctions.IntegrationTests.Api.Reference;
using MailFunctions.IntegrationTests.Api.Suppressions;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Mail;
using MailFunctions.Storage;
using MailFunctions.TestPeers.Smtp;
using MailFunctions.Unsubscription;
using MimeKit;
using StorageFault = MailFunctions.TestPeers.Storage.StorageFault;

namespace MailFunctions.IntegrationTests.Unsubscription;

/// <summary>A link from the mail that brings it to the mail that is not sent any more.</summary>
public sealed class UnsubscribeTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_mail_has_both_header_fields_and_the_link_in_its_bodies()
    {
        await using var scene = await UnsubscribeScene.StartAsync(azurite, ("MailFunctions:Unsubscribe:Mailto", "leave+list@example.com"));

        var (_, mail, token) = await scene.SendAsync(UnsubscribeScene.Mail());

        var link = $"{UnsubscribeScene.PublicUrl}/api/u/{token}";
        Assert.Equal($"<{link}>, <mailto:leave%2Blist@example.com?subject=unsubscribe%20{token}>", mail.Header("List-Unsubscribe"));
        Assert.Equal("List-Unsubscribe=One-Click", mail.Header("List-Unsubscribe-Post"));
        using var message = MimeMessage.Load(new MemoryStream(mail.Content.ToArray()), Cancellation);
        Assert.Equal($"News. {link}", message.TextBody!.TrimEnd());
        Assert.Equal($"<a href=\"{link}\">leave</a>", message.HtmlBody!.TrimEnd());
        Assert.All(Encoding.ASCII.GetString(mail.Content.Span).Split("\r\n"), line => Assert.InRange(line.Length, 0, 998));
    }

    [Fact]
    public async Task Every_attempt_sends_the_same_octets_also_after_a_rotation()
    {
        await using var scene = await UnsubscribeScene.StartAsync(azurite);
        var lost = 0;
        scene.Relay.Script = exchange => exchange.Verb == SmtpExchange.FinalDot && Interlocked.Increment(ref lost) == 1 ? SmtpAction.Close.Stored() : null;
        var id = await scene.App.SubmitAsync(UnsubscribeScene.Mail(more: ",\"on_uncertain\":\"retry\""), Cancellation);
        await scene.App.DeliverUntilAsync(id, Cancellation, EmailState.Deferred);

        Assert.Equal(2, await scene.App.Get<UnsubscribeKeys>().RotateAsync(Cancellation));
        var made = new TableEntity("key", "00002") { ["made_at"] = RowValues.Time(TimeProvider.System.GetUtcNow().AddMinutes(-1)) };
        await scene.App.Storage.Table(StorageNames.UnsubscribeKeysTable).UpdateEntityAsync(made, Azure.ETag.All, TableUpdateMode.Merge, Cancellation);
        // Another process, which uses the newer key for new mail.
        await using var other = await TestApp.On(scene.Storage).WithRelay(scene.Relay).With("MailFunctions:PublicUrl", UnsubscribeScene.PublicUrl).StartAsync();
        Assert.Equal(2, (await other.Get<UnsubscribeKeys>().CurrentAsync(Cancellation)).Number);
        await other.DeliverUntilAsync(id, Cancellation, EmailState.Sent);

        Assert.Equal(2, scene.Relay.Mails.Count);
        Assert.Equal(scene.Relay.Mails.ToList()[0].Content.ToArray(), scene.Relay.Mails.ToList()[1].Content.ToArray());
    }

    [Theory]
    [InlineData("none")]
    [InlineData("form")]
    [InlineData("multipart")]
    [InlineData("large")]
    public async Task A_post_unsubscribes_whatever_its_body_and_repeating_it_changes_nothing(string body)
    {
        await using var scene = await UnsubscribeScene.StartAsync(azurite);
        var (id, _, token) = await scene.SendAsync(UnsubscribeScene.Mail());
        Assert.Equal("", await scene.ListedAsync());

        for (var time = 0; time < 3; time++)
        {
            using var content = Body(body);
            using var answer = await scene.PostAsync(token, content);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("text/html", answer.Content.Headers.ContentType!.MediaType);
            Assert.DoesNotContain(answer.Headers, header => header.Key is "Location" or "Set-Cookie");
        }

        Assert.Equal("ada@example.com unsubscribe bulk", await scene.ListedAsync());
        var mail = await scene.App.ReadAsync(id, Cancellation);
        Assert.Equal("sent", mail.GetProperty("status").GetString());
        Assert.True(mail.TryGetProperty("unsubscribed_at", out _));
        Assert.Equal(1, mail.GetProperty("attempts").GetArrayLength());
        Assert.Equal((1, 1, 1), await CountsAsync(scene));
    }

    [Fact]
    public async Task Bulk_mail_is_left_out_afterwards_and_transactional_mail_is_not()
    {
        await using var scene = await UnsubscribeScene.StartAsync(azurite);
        var (_, _, token) = await scene.SendAsync(UnsubscribeScene.Mail());
        (await scene.PostAsync(token)).Dispose();

        var bulk = await scene.App.SubmitAsync(UnsubscribeScene.Mail("""{"topic":"news"}"""), Cancellation);
        var password = await scene.App.SubmitAsync(TestApp.Mail(), Cancellation);

        await scene.App.DeliverUntilAsync(bulk, Cancellation, EmailState.Suppressed);
        await scene.App.DeliverUntilAsync(password, Cancellation, EmailState.Sent);
    }

    [Fact]
    public async Task A_topic_that_was_left_stops_that_topic_in_both_lanes_and_nothing_else()
    {
        await using var scene = await UnsubscribeScene.StartAsync(azurite);
        var (_, _, token) = await scene.SendAsync(UnsubscribeScene.Mail("""{"topic":"news"}"""));
        (await scene.PostAsync(token)).Dispose();
        Assert.Equal("ada@example.com unsubscribe all news", await scene.ListedAsync());

        foreach (var (json, state) in ((string, EmailState)[])
        [
            (UnsubscribeScene.Mail("""{"topic":"news"}"""), EmailState.Suppressed),
            (UnsubscribeScene.Mail("""{"topic":"news"}""", "transactional"), EmailState.Suppressed),
            (UnsubscribeScene.Mail("""{"topic":"offers"}"""), EmailState.Sent),
            (UnsubscribeScene.Mail(), EmailState.Sent),
            (TestApp.Mail(), EmailState.Sent),
        ])
        {
            var id = await scene.App.SubmitAsync(json, Cancellation);
            await scene.App.DeliverUntilAsync(id, Cancellation, state);
        }

        Assert.Equal(204, await scene.App.AllowAsync("ada@example.com", "?topic=news"));
        Assert.Equal(404, await scene.App.AllowAsync("ada@example.com", "?topic=news"));
        await scene.App.DeliverUntilAsync(await scene.App.SubmitAsync(UnsubscribeScene.Mail("""{"topic":"news"}"""), Cancellation), Cancellation, EmailState.Sent);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    public async Task Opening_a_link_never_acts_and_touches_no_storage(string method)
    {
        await using var scene = await UnsubscribeScene.StartAsync(azurite);
        var (_, _, token) = await scene.SendAsync(UnsubscribeScene.Mail());
        scene.Storage.Outage = true;

        using var request = new HttpRequestMessage(new HttpMethod(method), $"/api/u/{token}?utm_source=mail&a=1&a=2");
        request.Headers.AcceptLanguage.ParseAdd("de-CH, en;q=0.5");
        using var answer = await scene.Site.Client.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("de", Assert.Single(answer.Content.Headers.ContentLanguage));
        Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
        Assert.Equal(["no-referrer"], answer.Headers.GetValues("Referrer-Policy"));
        Assert.Equal(["noindex, nofollow"], answer.Headers.GetValues("X-Robots-Tag"));
        Assert.StartsWith("default-src 'none'; ", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal(method == "GET", (await answer.Content.ReadAsStringAsync(Cancellation)).Contains("<button", StringComparison.Ordinal));
        scene.Storage.Outage = false;
        Assert.Equal("", await scene.ListedAsync());
    }

    [Fact]
    public async Task An_unknown_or_damaged_token_gets_the_same_answers_and_does_nothing()
    {
        await using var scene = await UnsubscribeScene.StartAsync(azurite);
        var (_, _, token) = await scene.SendAsync(UnsubscribeScene.Mail());
        string[] others = [token[..^1], token[..20], "x", new string('A', 2000), $"{token[..4]}_{token[5..]}", "AQAC" + token[4..]];

        var page = await scene.Site.Client.GetStringAsync(new Uri($"/api/u/{token}", UriKind.Relative), Cancellation);
        var confirmed = new List<string>();
        foreach (var other in others)
        {
            Assert.Equal(page, await scene.Site.Client.GetStringAsync(new Uri($"/api/u/{other}", UriKind.Relative), Cancellation));
            confirmed.Add(await InWordsAsync(await scene.PostAsync(other)));
        }

        Assert.Equal("", await scene.ListedAsync());
        Assert.All(confirmed, answer => Assert.Equal(confirmed[0], answer));
        Assert.Equal(confirmed[0], await InWordsAsync(await scene.PostAsync(token)));
        Assert.Equal("ada@example.com unsubscribe bulk", await scene.ListedAsync());
    }

    [Fact]
    public async Task Made_up_key_numbers_ask_storage_once_in_a_while()
    {
        await using var scene = await UnsubscribeScene.StartAsync(azurite);
        var (_, _, token) = await scene.SendAsync(UnsubscribeScene.Mail());
        (await scene.PostAsync(token)).Dispose();
        var before = scene.Storage.Requests.Count;

        for (var number = 0; number < 20; number++)
            (await scene.PostAsync($"AQ{(char)('B' + number)}A{token[4..]}")).Dispose();

        Assert.InRange(scene.Storage.Requests.Count - before, 0, 1);
    }

    [Fact]
    public async Task Without_storage_the_answer_is_503_and_the_next_try_unsubscribes()
    {
        await using var scene = await UnsubscribeScene.StartAsync(azurite);
        var (_, _, token) = await scene.SendAsync(UnsubscribeScene.Mail());
        scene.Storage.Faults = request => request is { Name: "Suppressions", IsWrite: true } ? StorageFault.RefuseWith(403) : StorageFault.None;

        using (var failed = await scene.PostAsync(token))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, failed.StatusCode);
            Assert.NotNull(failed.Headers.RetryAfter);
            Assert.Contains("<button", await failed.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        }

        scene.Storage.Faults = _ => StorageFault.None;
        Assert.Equal("", await scene.ListedAsync());
        using var answer = await scene.PostAsync(token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("ada@example.com unsubscribe bulk", await scene.ListedAsync());
    }

    [Theory]
    [InlineData("Emails")]
    [InlineData("Events")]
    public async Task An_act_that_was_cut_off_in_between_is_completed_by_the_next_try(string table)
    {
        await using var scene = await UnsubscribeScene.StartAsync(azurite);
        var (id, _, token) = await scene.SendAsync(UnsubscribeScene.Mail());
        scene.Storage.Faults = request => request.Name == table && request.IsWrite ? StorageFault.RefuseWith(403) : StorageFault.None;
        using (var failed = await scene.PostAsync(token))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, failed.StatusCode);
        scene.Storage.Faults = _ => StorageFault.None;
        Assert.Equal("ada@example.com unsubscribe bulk", await scene.ListedAsync());

        (await scene.PostAsync(token)).Dispose();

        Assert.True((await scene.App.ReadAsync(id, Cancellation)).TryGetProperty("unsubscribed_at", out _));
        Assert.Equal((1, 1, 1), await CountsAsync(scene));
    }

    [Fact]
    public async Task A_link_works_when_its_mail_is_purged()
    {
        await using var scene = await UnsubscribeScene.StartAsync(azurite);
        var (id, _, token) = await scene.SendAsync(UnsubscribeScene.Mail());
        await scene.App.Ledger.DeleteAsync([await scene.App.RowAsync(id, Cancellation)], Cancellation);

        using var answer = await scene.PostAsync(token);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("ada@example.com unsubscribe bulk", await scene.ListedAsync());
        Assert.Equal(0, (await scene.TotalAsync("?granularity=hour")).GetProperty("unsubscribed").GetInt64());
    }

    [Theory]
    [InlineData("""{"reason":"complaint"}""", "ada@example.com complaint all; ada@example.com unsubscribe bulk")]
    [InlineData("""{"reason":"bounce","scope":"bulk"}""", "ada@example.com bounce bulk; ada@example.com unsubscribe bulk")]
    [InlineData("""{"reason":"bounce","scope":"bulk","expires_at":"2099-01-01T00:00:00Z"}""", "ada@example.com bounce bulk until; ada@example.com unsubscribe bulk")]
    [InlineData("""{"reason":"bounce","expires_at":"2099-01-01T00:00:00Z"}""", "ada@example.com bounce all until; ada@example.com unsubscribe bulk")]
    public async Task A_callers_entry_and_the_recipients_own_stand_beside_each_other_in_any_order(string standing, string expected)
    {
        await using var scene = await UnsubscribeScene.StartAsync(azurite);
        var (_, _, token) = await scene.SendAsync(UnsubscribeScene.Mail());
        await scene.App.SuppressAsync("ada@example.com", standing);

        (await scene.PostAsync(token)).Dispose();
        (await scene.PostAsync(token)).Dispose();

        Assert.Equal(expected, await scene.ListedAsync());
        await scene.App.SuppressAsync("ada@example.com", standing);
        Assert.Equal(expected, await scene.ListedAsync());
        Assert.Equal(204, await scene.App.AllowAsync("ada@example.com"));
        Assert.Equal("", await scene.ListedAsync());
    }

    [Fact]
    public async Task The_page_opens_in_a_browser_without_a_complaint_and_its_form_may_be_sent()
    {
        Assert.SkipWhen(Browser.Path is null, "There is no Chromium in /usr/bin.");
        await using var scene = await UnsubscribeScene.StartAsync(azurite, ("MailFunctions:Unsubscribe:Name", "Müller & Sons"), ("MailFunctions:Unsubscribe:Color", "#ffcc00"));
        var (_, _, token) = await scene.SendAsync(UnsubscribeScene.Mail());
        var link = new Uri(scene.Site.Client.BaseAddress!, $"/api/u/{token}");

        var (page, requests, console) = await Browser.OpenAsync(link, Cancellation);

        Assert.Contains("<title>Unsubscribe – Müller &amp; Sons</title>", page, StringComparison.Ordinal);
        Assert.Contains("background:#ffcc00;color:#000", page, StringComparison.Ordinal);
        Assert.Empty(console);
        Assert.All(requests, request => Assert.Equal(link.Authority, request.Authority));
        Assert.Equal("", await scene.ListedAsync());

        // The form as the browser would send it, to where the page's policy allows.
        using var shown = await scene.Site.Client.GetAsync(link, Cancellation);
        Assert.Contains("form-action 'self';", shown.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        using var form = new FormUrlEncodedContent([new("List-Unsubscribe", "One-Click")]);
        using var request = new HttpRequestMessage(HttpMethod.Post, link) { Content = form };
        request.Headers.Add("Origin", link.GetLeftPart(UriPartial.Authority));
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        using var answer = await scene.Site.Client.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("ada@example.com unsubscribe bulk", await scene.ListedAsync());
    }

    private static async Task<(long Total, long OfLane, long OfDomain)> CountsAsync(UnsubscribeScene scene) => (
        (await scene.TotalAsync("?granularity=hour")).GetProperty("unsubscribed").GetInt64(),
        (await scene.TotalAsync("?granularity=hour&dimension=lane")).GetProperty("unsubscribed").GetInt64(),
        (await scene.TotalAsync("?granularity=hour&dimension=domain")).GetProperty("unsubscribed").GetInt64());

    private static async Task<string> InWordsAsync(HttpResponseMessage answer)
    {
        using (answer)
            return $"{(int)answer.StatusCode} {string.Join(' ', answer.Headers.Where(header => header.Key != "Date").Select(header => $"{header.Key}={string.Join(',', header.Value)}"))} {await answer.Content.ReadAsStringAsync(Cancellation)}";
    }

    private static HttpContent? Body(string kind) => kind switch
    {
        "form" => new FormUrlEncodedContent([new("List-Unsubscribe", "One-Click")]),
        "multipart" => new MultipartFormDataContent { { new StringContent("One-Click"), "List-Unsubscribe" } },
        "large" => new ByteArrayContent(new byte[50_000]),
        _ => null,
    };
}
