using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Keys;
using MailFunctions.Keys.Callers;

namespace MailFunctions.IntegrationTests.Keys;

/// <summary>Each call of the table with a key that may, one that may not, and none, in both ways in.</summary>
public sealed class KeyRightsTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static IEnumerable<ApiCall> WithTwin => ApiCalls.All.Where(call => call.HasTwin);

    [Fact]
    public async Task Each_call_is_open_to_a_key_with_the_one_right_that_it_needs()
    {
        await using var scene = await KeyScene.StartAsync(azurite);
        var keys = new Dictionary<Rights, string>();
        foreach (var right in Single(Rights.All))
            keys[right] = await scene.MakeKeyAsync(RightNames.Of(right));

        await CheckAsync(ApiCalls.All, call => Single(call.Right), async (call, right) =>
        {
            var alone = await AloneAsync(scene, call, keys[right]);
            var beside = call.HasTwin ? await BesideAsync(scene, call, keys[right]) : alone;
            return IsAdmitted(alone) && IsAdmitted(beside) ? null : $"{alone}, {beside}";
        });

        static bool IsAdmitted(KeyAnswer answer) => answer.Status is not (401 or 403 or >= 500);
    }

    [Fact]
    public async Task Each_call_is_closed_to_a_key_with_every_other_right()
    {
        await using var scene = await KeyScene.StartAsync(azurite);
        var keys = new Dictionary<Rights, string>();
        foreach (var right in ApiCalls.All.Select(call => call.Right).Distinct())
            keys[right] = await scene.MakeKeyAsync(RightNames.Of(Rights.All & ~right));

        await CheckAsync(ApiCalls.All, call => [call.Right], async (call, right) =>
        {
            var alone = await AloneAsync(scene, call, keys[right]);
            var beside = call.HasTwin ? await BesideAsync(scene, call, keys[right]) : null;
            return alone is { Problem: "restricted_api_key" } && alone.Status == (call.HasTwin ? 403 : 401) && beside is null or { Status: 403, Problem: "restricted_api_key" } ? null : $"{alone}, {beside}";
        });
    }

    [Fact]
    public async Task Each_call_is_closed_without_a_key()
    {
        await using var scene = await KeyScene.StartAsync(azurite);
        await scene.MakeKeyAsync("all");

        await CheckAsync(ApiCalls.All, call => [call.Right], async (call, _) =>
        {
            var alone = await AloneAsync(scene, call, apiKey: null);
            var beside = call.HasTwin ? await scene.SendAsync(call.Method, PathOf(call), functionKey: null, apiKey: null, BodyOf(call)) : null;
            return alone is { Status: 401, Problem: "missing_api_key" } && beside is null or { Status: 401 } ? null : $"{alone}, {beside}";
        });
    }

    [Fact]
    public async Task A_function_key_alone_opens_every_call_but_no_twin()
    {
        await using var scene = await KeyScene.StartAsync(azurite);
        await scene.MakeKeyAsync("all");

        await CheckAsync(WithTwin, call => [call.Right], async (call, _) =>
        {
            var original = await scene.SendAsync(call.Method, PathOf(call), KeyScene.FunctionKey, apiKey: null, BodyOf(call));
            var twin = await scene.SendAsync(call.Method, $"keyed/{PathOf(call)}", KeyScene.FunctionKey, apiKey: null, BodyOf(call));
            return original.Status is not (401 or 403 or >= 500) && twin is { Status: 401, Problem: "missing_api_key" } ? null : $"{original}, {twin}";
        });
    }

    [Fact]
    public async Task A_key_that_is_no_key_is_refused_even_beside_a_function_key()
    {
        await using var scene = await KeyScene.StartAsync(azurite);
        var revoked = await scene.MakeKeyAsync("all");
        Assert.True(await scene.Administration.RevokeAsync(revoked.Split('_')[1], withMade: false, Cancellation));
        var early = await scene.MakeKeyAsync(new KeyTerms { Rights = ["all"], NotBefore = TimeProvider.System.GetUtcNow().AddDays(1) });
        var good = await scene.MakeKeyAsync("all");

        foreach (var key in new[] { "", "x", "mf_", revoked, early, good + "x", good[..^1] })
        {
            Assert.Equal((key, 401, "invalid_api_key"), (key, (await scene.SendAsync("GET", "emails", KeyScene.FunctionKey, key)) is var beside ? beside.Status : 0, beside.Problem));
            Assert.Equal((key, 401, "invalid_api_key"), (key, (await scene.CallAsync("GET", "emails", key)) is var alone ? alone.Status : 0, alone.Problem));
        }

        // Two keys that differ are none. A token that is no API key belongs to Entra ID, and counts only beside a function key.
        Assert.Equal(401, (await scene.SendAsync("GET", "emails", KeyScene.FunctionKey, good, body: null, ("Authorization", $"Bearer {revoked}"))).Status);
        Assert.Equal(200, (await scene.SendAsync("GET", "emails", KeyScene.FunctionKey, apiKey: null, body: null, ("Authorization", "Bearer eyJhbGciOi.e30.x"))).Status);
        Assert.Equal(401, (await scene.SendAsync("GET", "keyed/emails", functionKey: null, apiKey: null, body: null, ("Authorization", "Bearer eyJhbGciOi.e30.x"))).Status);
        Assert.Equal(401, (await scene.SendAsync("GET", "emails", KeyScene.FunctionKey, apiKey: null, body: null, ("Authorization", $"bearer {revoked}"))).Status);
        Assert.Equal(200, (await scene.SendAsync("GET", "keyed/emails", functionKey: null, apiKey: null, body: null, ("Authorization", $"bearer {good}"))).Status);
    }

    [Fact]
    public async Task Twins_answer_404_until_a_key_is_made()
    {
        await using var scene = await KeyScene.StartAsync(azurite);

        await CheckAsync(ApiCalls.All, call => [call.Right], async (call, _) =>
        {
            var answer = await AloneAsync(scene, call, apiKey: null);
            return answer is { Status: 404, Problem: "not_found" } ? null : answer.ToString();
        });
    }

    /// <param name="check">Returns what is wrong; null when nothing is.</param>
    private static async Task CheckAsync(IEnumerable<ApiCall> calls, Func<ApiCall, IEnumerable<Rights>> rightsOf, Func<ApiCall, Rights, Task<string?>> check)
    {
        var wrong = new List<string>();
        foreach (var (call, right) in calls.SelectMany(call => rightsOf(call).Select(right => (call, right))))
        {
            if (await check(call, right) is { } fault)
                wrong.Add($"{call.Name} with {right}: {fault}");
        }

        Assert.Empty(wrong);
    }

    private static Task<KeyAnswer> AloneAsync(KeyScene scene, ApiCall call, string? apiKey) =>
        scene.CallAsync(call.Method, call.HasTwin ? PathOf(call) : $"/{PathOf(call)}", apiKey, BodyOf(call));

    private static Task<KeyAnswer> BesideAsync(KeyScene scene, ApiCall call, string apiKey) =>
        scene.SendAsync(call.Method, PathOf(call), KeyScene.FunctionKey, apiKey, BodyOf(call));

    private static string PathOf(ApiCall call) => call.Route
        .Replace("{address}", "ada@example.net", StringComparison.Ordinal)
        .Replace("{name}", "nothing", StringComparison.Ordinal)
        .Replace("{queue}", "mail-bulk", StringComparison.Ordinal)
        .Replace("{id}", "01a207c4-6712-7000-9c40-f48fcae410f2", StringComparison.Ordinal);

    /// <summary>A body that every call reads, and that none of them is content with.</summary>
    private static string? BodyOf(ApiCall call) => call.Method is "get" or "delete" ? null : "{}";

    private static IEnumerable<Rights> Single(Rights rights) => Enum.GetValues<Rights>().Where(right => right is not (Rights.None or Rights.All) && rights.HasFlag(right));
}
