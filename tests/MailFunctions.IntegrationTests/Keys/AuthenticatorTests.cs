using System.Net;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Keys;
using MailFunctions.Keys.Callers;
using MailFunctions.Storage;
using MailFunctions.TestPeers.Storage;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.IntegrationTests.Keys;

/// <summary>Who a caller is taken for.</summary>
public sealed class AuthenticatorTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true, "Entra")]
    [InlineData(false, "FunctionKey")]
    public async Task The_name_that_the_platform_gives_a_caller_counts_only_where_it_checks_tokens(bool signsIn, string kind)
    {
        await using var pipeline = await TestApp.On(azurite).With("MailFunctions:CallersSignIn", $"{signsIn}").StartAsync();
        var request = Request(("x-functions-key", "a key"), ("X-MS-CLIENT-PRINCIPAL-ID", "b4d3c2a1-0000-4000-8000-000000000001"));

        var caller = (await pipeline.Get<Authenticator>().IdentifyAsync(request, Cancellation)).Value!;

        Assert.Equal(kind, $"{caller.Kind}");
        var fingerprint = await pipeline.Get<FunctionKeys>().FingerprintAsync(request, Cancellation);
        Assert.Equal(signsIn ? "b4d3c2a1-0000-4000-8000-000000000001" : fingerprint, await caller.IdentityAsync(Cancellation));
        // A request that is repeated with another token is the same request.
        Assert.Equal(fingerprint, await caller.ScopeAsync(Cancellation));
        Assert.True(caller.May(Rights.Operate) && caller.SeesAll);
    }

    [Fact]
    public async Task A_key_counts_whether_it_comes_in_its_own_header_or_beside_a_token()
    {
        await using var pipeline = await TestApp.On(azurite).StartAsync();
        var key = await pipeline.Get<ApiKeyAdministration>().AddAsync(ApiKeysTests.Terms, Cancellation);
        var authenticator = pipeline.Get<Authenticator>();

        foreach (var headers in new (string, string)[][]
        {
            [("X-Api-Key", key)], [("Authorization", $"Bearer {key}")], [("X-Api-Key", key), ("Authorization", "Bearer eyJhbGciOi.e30.x")], [("X-Api-Key", key), ("Authorization", $"Bearer {key}")],
        })
        {
            Assert.Equal(CallerKind.ApiKey, (await authenticator.IdentifyAsync(Request(headers), Cancellation)).Value?.Kind);
            Assert.Equal(CallerKind.ApiKey, (await authenticator.IdentifyAsync(Request(headers).WithKeyAlone(), Cancellation)).Value?.Kind);
        }

        foreach (var malformed in (string[])[key, $"Token {key}", $"Bearer\t{key}"])
            Assert.Equal("invalid_api_key", (await authenticator.IdentifyAsync(Request(("x-functions-key", "a key"), ("Authorization", malformed)), Cancellation)).Problem?.Name);
        Assert.Equal("missing_api_key", (await authenticator.IdentifyAsync(Request(("x-functions-key", "a key")).WithKeyAlone(), Cancellation)).Problem?.Name);
        Assert.Equal("invalid_api_key", (await authenticator.IdentifyAsync(Request(("Authorization", "Basic bWY6bWY=")).WithKeyAlone(), Cancellation)).Problem?.Name);
    }

    /// <summary>Whoever guesses at the door costs storage nothing, whether the id is known or not.</summary>
    [Fact]
    public async Task A_flood_of_guesses_at_the_calls_reaches_no_storage()
    {
        await using var proxy = await StorageProxy.StartAsync(azurite.TakeAccount(), Cancellation);
        await using var scene = await KeyScene.StartAsync(proxy.ConnectionString);
        var key = await scene.MakeKeyAsync(KeyRight.All);
        var guess = ApiKeyText.New(new byte[ApiKeyText.CheckKeyBytes]);
        // What a process reads once: whether there is a key at all, and the key of the checks.
        Assert.Equal(401, (await scene.CallAsync("GET", "emails", guess.Reveal())).Status);
        var before = Asked();

        for (var i = 0; i < 50; i++)
        {
            Assert.Equal(401, (await scene.CallAsync("GET", "emails", guess.Reveal())).Status);
            Assert.Equal(401, (await scene.CallAsync("POST", "keys", (guess with { Id = key.Split('_')[1] }).Reveal(), "{}")).Status);
            Assert.Equal(403, (await scene.CallAsync("POST", "/resend/emails", guess.Reveal(), "{}")).Status);
        }

        Assert.Equal(before, Asked());

        int Asked() => proxy.Requests.Count(request => request.Name == StorageNames.ApiKeysTable);
    }

    private static HttpRequest Request(params (string Name, string Value)[] headers)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Loopback;
        foreach (var (name, value) in headers)
            context.Request.Headers[name] = value;
        return context.Request;
    }
}
