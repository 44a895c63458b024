using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.IntegrationTests.Smtp.Signing;

namespace MailFunctions.IntegrationTests.Crash;

/// <summary>What large files that mails name cost the process that sends them.</summary>
[Collection(Alone.Name)]
public sealed class FlowingFileMemoryTests(AzuriteFixture azurite)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Four_concurrent_mails_with_25_MiB_files_use_less_than_64_MiB_above_idle(bool isSigned)
    {
        const int mib = 1024 * 1024;
        await using var scene = await FlowingFileScene.CreateProcessAsync(azurite, isSigned ? SigningKeys.Settings : []);
        await scene.PutFileAsync("large.bin", 25 * mib);
        await scene.PutFileAsync("small.bin", 2 * mib);
        await scene.LaunchAsync();
        await SendAsync("small.bin");
        var idle = scene.Memory.Now;

        await SendAsync("large.bin", "large.bin", "large.bin", "large.bin");

        Assert.All(scene.Relay.Mails, mail => Assert.Equal(isSigned, mail.Header("DKIM-Signature") is not null));
        TestContext.Current.TestOutputHelper?.WriteLine($"{(scene.Memory.Most - idle) / mib} MiB above {idle / mib} MiB");
        Assert.InRange(scene.Memory.Most - idle, 0, 64 * mib);

        async Task SendAsync(params string[] names)
        {
            var ids = await Task.WhenAll(names.Select(name => scene.PostAsync(FlowingFileScene.MailWith(name))));
            await scene.UntilQuietAsync([.. ids.Select(id => id!)]);
            Assert.All(ids, id => Assert.Equal(1, scene.CountReceived(id!)));
        }
    }
}
