using MailFunctions.LocalHost;
using MailFunctions.LocalHost.Children;
using Microsoft.Extensions.Time.Testing;

namespace MailFunctions.IntegrationTests.LocalHost.Children;

public sealed class ToolInstallationTests : IDisposable
{
    private readonly string _source = Directory.CreateTempSubdirectory("mailfunctions-source-").FullName;
    private readonly string _root = Directory.CreateTempSubdirectory("mailfunctions-root-").FullName;

    /// <summary>A package of one's own needs no registry.</summary>
    public ToolInstallationTests()
    {
        File.WriteAllText(Path.Combine(_source, ".npmrc"), "");
        File.WriteAllText(Path.Combine(_source, "package.json"), """{"name": "t", "version": "1.0.0"}""");
        File.WriteAllText(Path.Combine(_source, "package-lock.json"), """{"name": "t", "version": "1.0.0", "lockfileVersion": 3, "packages": {"": {"name": "t", "version": "1.0.0"}}}""");
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Directory.Delete(_source, recursive: true);
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task Two_first_uses_at_once_come_to_one_folder_and_leave_nothing_else()
    {
        var folders = await Task.WhenAll(Tools().EnsureAsync(Cancel), Tools().EnsureAsync(Cancel));

        Assert.Equal(folders[0], folders[1]);
        Assert.Equal([folders[0]], Directory.GetDirectories(_root));
        Assert.True(File.Exists(Path.Combine(folders[0], "package-lock.json")));
    }

    [Fact]
    public async Task An_installed_tool_is_used_again_without_npm()
    {
        var folder = await Tools().EnsureAsync(Cancel);
        var console = new StringWriter();

        Assert.Equal(folder, await Tools(console).EnsureAsync(Cancel));
        Assert.Empty(console.ToString());
    }

    [Fact]
    public async Task A_changed_lock_file_gets_a_folder_of_its_own()
    {
        var folder = await Tools().EnsureAsync(Cancel);
        File.AppendAllText(Path.Combine(_source, "package-lock.json"), "\n");

        Assert.NotEqual(folder, await Tools().EnsureAsync(Cancel));
    }

    [Fact]
    public async Task An_incomplete_folder_of_a_killed_run_is_not_used_and_later_deleted()
    {
        var half = Directory.CreateDirectory(Path.Combine(_root, "0123456789abcdef.killed.tmp")).FullName;
        var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(new DateTimeOffset(Directory.GetLastWriteTimeUtc(half)).ToUnixTimeSeconds()));

        Assert.NotEqual(half, await Tools(clock: clock).EnsureAsync(Cancel));
        Assert.True(Directory.Exists(half));

        clock.Advance(TimeSpan.FromHours(2));
        File.AppendAllText(Path.Combine(_source, "package-lock.json"), "\n");
        await Tools(clock: clock).EnsureAsync(Cancel);
        Assert.False(Directory.Exists(half));
    }

    [Fact]
    public async Task A_failed_npm_is_reported_with_its_last_line_and_its_log_path()
    {
        // The lock file lacks what package.json asks for, and npm ci takes nothing that is not locked.
        File.WriteAllText(Path.Combine(_source, "package.json"), """{"name": "t", "version": "1.0.0", "dependencies": {"left": "file:./nowhere"}}""");

        var refused = await Assert.ThrowsAsync<CannotStartException>(() => Tools().EnsureAsync(Cancel));

        Assert.StartsWith("npm could not install Azurite and the local inbox: npm error ", refused.Message, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(_root, "npm-install.log"), refused.Message, StringComparison.Ordinal);
        Assert.Contains("npm error", await File.ReadAllTextAsync(Path.Combine(_root, "npm-install.log"), Cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "no 'node' was found on the path")]
    [InlineData("v18.19.0", "the 'node' on the path is v18.19.0")]
    [InlineData("nonsense", "the 'node' on the path is nonsense")]
    public void A_missing_or_too_old_Node_is_reported_in_one_sentence(string? version, string part)
    {
        Assert.Contains(part, Assert.Throws<CannotStartException>(() => NodeRuntime.RequireVersion(version)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v20.0.0")]
    [InlineData("v24.1.0")]
    public void Node_20_and_later_will_do(string version) => NodeRuntime.RequireVersion(version);

    [Fact]
    public async Task A_program_that_does_not_exist_has_no_version()
    {
        Assert.Null(await NodeRuntime.ReadVersionAsync("no-such-program-anywhere", Cancel));
    }

    private ToolInstallation Tools(TextWriter? console = null, TimeProvider? clock = null) =>
        new(_root, _source, console ?? TextWriter.Null, clock ?? TimeProvider.System);
}
