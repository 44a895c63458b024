using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.IntegrationTests.LocalHost.Runs;
using MailFunctions.LocalHost;
using MailFunctions.LocalHost.Keys;

namespace MailFunctions.IntegrationTests.Keys;

/// <summary>The command that makes keys, as a person at a console runs it.</summary>
public sealed class KeyCommandTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task A_key_is_made_shown_once_listed_and_revoked()
    {
        var storage = $"--AzureWebJobsStorage={azurite.TakeAccount()}";
        var key = await RunAsync("keys", "add", "shop", "--senders", "example.com,a@example.org", "--lanes=bulk", storage);
        Assert.Matches("^mf_[a-z0-9]{12}_[A-Za-z0-9_-]{63}$", key);
        var id = key.Split('_')[1];

        var listed = await RunAsync("keys", "list", storage);
        Assert.StartsWith($"{id}  usable ", listed, StringComparison.Ordinal);
        Assert.EndsWith("  without end  never used  send,read_own  bulk  from example.com,a@example.org  shop", listed, StringComparison.Ordinal);
        Assert.DoesNotContain(key[^43..], listed, StringComparison.Ordinal);

        Assert.Empty(await RunAsync("keys", "change", id, "--rights", "send,cancel", "--networks=192.0.2.0/24", "--lanes=", "--name=till", storage));
        Assert.EndsWith("  send,cancel  transactional,bulk  from example.com,a@example.org  networks 192.0.2.0/24  till", await RunAsync("keys", "list", storage), StringComparison.Ordinal);

        Assert.Empty(await RunAsync("keys", "revoke", id, storage));
        Assert.StartsWith($"{id}  revoked", await RunAsync("keys", "list", storage), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_made_belongs_to_revoke_and_takes_no_value()
    {
        var storage = $"--AzureWebJobsStorage={azurite.TakeAccount()}";
        var id = (await RunAsync("keys", "add", "shop", "--senders=*", storage)).Split('_')[1];

        Assert.Empty(await RunAsync("keys", "revoke", id, "--with-made", storage));
        Assert.StartsWith($"{id}  revoked", await RunAsync("keys", "list", storage), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_made_for_this_machine_outlives_the_storage_that_was_started_for_it()
    {
        await using var folder = new LocalHostFolder();
        string[] settings = [.. folder.Arguments.Where(argument => !argument.StartsWith("--port", StringComparison.Ordinal))];

        var key = await RunAsync(["keys", "add", "shop", "--senders=*", .. settings]);
        Assert.False(folder.IsRunning("azurite"));

        Assert.StartsWith(key.Split('_')[1], await RunAsync(["keys", "list", .. settings]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_of_unsubscribe_tokens_is_rotated_by_its_number()
    {
        var storage = $"--AzureWebJobsStorage={azurite.TakeAccount()}";

        Assert.Equal("1", await RunAsync("rotate-unsubscribe-key", storage));
        Assert.Equal("2", await RunAsync("rotate-unsubscribe-key", storage));
    }

    [Fact]
    public async Task A_key_that_is_not_there_cannot_be_revoked()
    {
        await using var run = LocalHostProcess.Start(["keys", "revoke", "abcdefghijkl", $"--AzureWebJobsStorage={azurite.TakeAccount()}"]);

        Assert.Equal(1, await run.ExitAsync());
        Assert.Equal("There is no key of this id; 'keys list' shows them.", run.Error);
    }

    [Theory]
    [InlineData("keys takes add NAME, change ID, list, revoke ID, or make-hash; 'keys --help' says more.", "make", "x")]
    [InlineData("keys takes add NAME, change ID, list, revoke ID, or make-hash; 'keys --help' says more.", "add", "x", "y")]
    [InlineData("keys add needs a name for the key.", "add")]
    [InlineData("keys revoke needs the id of the key; 'keys list' shows it.", "revoke")]
    [InlineData("--lanes needs a value.", "add", "x", "--lanes")]
    [InlineData("keys change needs the id of the key; 'keys list' shows it.", "change", "--name=x")]
    [InlineData("keys add needs --senders: addresses, domains, or '*' for all that the app allows.", "add", "x")]
    [InlineData("--lanes belongs to keys add and keys change.", "list", "--lanes=bulk")]
    [InlineData("--with-made belongs to keys revoke.", "add", "x", "--senders=*", "--with-made")]
    [InlineData("--demo is not a switch of keys; 'keys --help' lists them, and a setting is given as --Key=Value.", "list", "--demo")]
    public void An_invalid_keys_command_line_is_refused_with_one_sentence(string sentence, params string[] arguments) =>
        Assert.Equal(sentence, Assert.Throws<CannotStartException>(() => KeySwitches.Parse(arguments)).Message);

    /// <returns>The output.</returns>
    private static async Task<string> RunAsync(params string[] arguments)
    {
        await using var run = LocalHostProcess.Start(arguments);
        Assert.True(await run.ExitAsync() == 0, run.Error);
        return run.Output.Trim();
    }
}
