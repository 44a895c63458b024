using System.Net;
using MailFunctions.IntegrationTests.Fixtures;

namespace MailFunctions.IntegrationTests.Api.Reference;

public sealed class DocsPageTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_page_shows_every_call_and_asks_no_other_host_for_anything()
    {
        Assert.SkipWhen(Browser.Path is null, "There is no Chromium in /usr/bin.");
        await using var scene = await ContractScene.StartAsync(azurite.TakeAccount());

        var (page, requests, console) = await Browser.OpenAsync(new Uri(scene.Client.BaseAddress!, "/api/docs"), Cancellation);

        Assert.All(ContractScene.Api.Operations, operation => Assert.Contains($"-{operation.Id}\"", page, StringComparison.Ordinal));
        Assert.Contains(requests, request => request.AbsolutePath == "/api/openapi.json");
        Assert.All(requests, request => Assert.Equal(scene.Client.BaseAddress!.Authority, request.Authority));
        Assert.Empty(console);
    }

    [Fact]
    public async Task The_docs_page_has_no_inline_script_and_its_policy_allows_only_this_host()
    {
        await using var scene = await ContractScene.StartAsync(azurite.TakeAccount());

        using var answer = await scene.Client.GetAsync(new Uri("/api/docs", UriKind.Relative), Cancellation);

        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Equal(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            policy);
        Assert.DoesNotContain("://", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.Contains("validatorUrl: null", await scene.Client.GetStringAsync(new Uri("/api/docs/start.js", UriKind.Relative), Cancellation), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/docs/swagger-ui.css")]
    [InlineData("/api/docs/LICENSE")]
    [InlineData("/api/openapi.json")]
    public async Task A_file_is_the_same_compressed_or_not(string path)
    {
        await using var scene = await ContractScene.StartAsync(azurite.TakeAccount());
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.AcceptEncoding.ParseAdd("br, gzip");

        using var compressed = await scene.Client.SendAsync(request, Cancellation);
        await using var content = new System.IO.Compression.GZipStream(await compressed.Content.ReadAsStreamAsync(Cancellation), System.IO.Compression.CompressionMode.Decompress);

        Assert.Equal("gzip", Assert.Single(compressed.Content.Headers.ContentEncoding));
        Assert.Equal(await scene.Client.GetStringAsync(path, Cancellation), await new StreamReader(content).ReadToEndAsync(Cancellation));
    }

    [Theory]
    [InlineData("/api/docs/nothing", HttpStatusCode.NotFound)]
    [InlineData("/api/docs/index.html", HttpStatusCode.NotFound)]
    [InlineData("/api/docs/../openapi.json", HttpStatusCode.OK)]
    [InlineData("/api/docs/", HttpStatusCode.OK)]
    public async Task The_docs_path_serves_only_the_files_of_the_page(string path, HttpStatusCode status)
    {
        await using var scene = await ContractScene.StartAsync(azurite.TakeAccount());

        using var answer = await scene.Client.GetAsync(new Uri(path, UriKind.Relative), Cancellation);

        Assert.Equal(status, answer.StatusCode);
    }
}
