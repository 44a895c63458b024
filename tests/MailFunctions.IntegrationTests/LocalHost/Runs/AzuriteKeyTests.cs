using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using MailFunctions.LocalHost;
using MailFunctions.LocalHost.Children;

namespace MailFunctions.IntegrationTests.LocalHost.Runs;

/// <summary>Who can open the storage of a local run.</summary>
public sealed class AzuriteKeyTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_published_key_opens_no_service_and_the_key_of_the_data_folder_opens_all()
    {
        await using var folder = new LocalHostFolder();
        await using var run = LocalHostProcess.Start(folder.Arguments);
        await run.StartedAsync();
        var own = new AzuriteAccount((await File.ReadAllTextAsync(AzuriteAccount.KeyFile(folder.Path), Cancel)).Trim());

        Assert.Equal("blobs queues tables", await OpenAsync(folder, own));
        Assert.Equal("", await OpenAsync(folder, AzuriteAccount.Published));
        Assert.Equal("", await OpenAsync(folder, AzuriteAccount.Random()));
    }

    [Fact]
    public async Task A_run_with_PublishedKey_opens_its_storage_with_the_published_key_too()
    {
        await using var folder = new LocalHostFolder();
        await using var run = LocalHostProcess.Start([.. folder.Arguments, "--LocalHost:Azurite:PublishedKey=true"]);
        await run.StartedAsync();

        Assert.Equal("blobs queues tables", await OpenAsync(folder, AzuriteAccount.Published));
    }

    [Fact]
    public async Task A_foreign_Azurite_with_the_published_key_is_used_only_when_configured()
    {
        await using var folder = new LocalHostFolder();
        var other = Directory.CreateTempSubdirectory("mailfunctions-other-").FullName;
        var tools = new ToolInstallation(LocalFolders.Tools, TextWriter.Null, TimeProvider.System);
        var azurite = await Azurite.Define(new AzuritePorts(folder.BlobPort, folder.QueuePort, folder.TablePort), AzuriteAccount.Published.Setting, tools, other, dataFolder: null, endsWithParent: true)
            .EnsureAsync(TextWriter.Null, Cancel);

        await using (var refused = LocalHostProcess.Start([.. folder.Arguments, "--AzureWebJobsStorage="]))
        {
            Assert.Equal(1, await refused.ExitAsync());
            Assert.StartsWith($"The Azurite on port {folder.QueuePort} does not take the key of this data folder", refused.Error, StringComparison.Ordinal);
        }

        await using (var run = LocalHostProcess.Start([.. folder.Arguments, "--AzureWebJobsStorage=UseDevelopmentStorage=true"]))
        {
            await run.StartedAsync();
            Assert.Contains("Using Azurite that already listens", run.Output, StringComparison.Ordinal);
            run.Kill();
            await run.ExitAsync();
        }

        await azurite.Child!.StopAsync();
        Directory.Delete(other, recursive: true);
    }

    [Fact]
    public void Each_folder_has_a_key_of_its_own_that_stays_and_only_its_user_reads()
    {
        var (one, two) = (Directory.CreateTempSubdirectory("mailfunctions-key-").FullName, Directory.CreateTempSubdirectory("mailfunctions-key-").FullName);

        var key = AzuriteAccount.OfFolder(one);

        Assert.Equal(key, AzuriteAccount.OfFolder(one));
        Assert.NotEqual(key, AzuriteAccount.OfFolder(two));
        Assert.Equal(64, Convert.FromBase64String(key.Key).Length);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(AzuriteAccount.KeyFile(one)));
        File.WriteAllText(AzuriteAccount.KeyFile(two), "no key");
        Assert.Throws<CannotStartException>(() => AzuriteAccount.OfFolder(two));
        Directory.Delete(one, recursive: true);
        Directory.Delete(two, recursive: true);
    }

    /// <returns>Which services open.</returns>
    private static async Task<string> OpenAsync(LocalHostFolder folder, AzuriteAccount account)
    {
        var connection = Azurite.ConnectionString([folder.BlobPort, folder.QueuePort, folder.TablePort], account);
        var open = new List<string>();
        if (await OpensAsync(() => new BlobServiceClient(connection).GetPropertiesAsync(Cancel)))
            open.Add("blobs");
        if (await OpensAsync(() => new QueueServiceClient(connection).GetPropertiesAsync(Cancel)))
            open.Add("queues");
        if (await OpensAsync(() => new TableServiceClient(connection).GetPropertiesAsync(Cancel)))
            open.Add("tables");
        return string.Join(' ', open);
    }

    private static async Task<bool> OpensAsync(Func<Task> call)
    {
        try
        {
            await call();
            return true;
        }
        catch (RequestFailedException refused) when (refused.Status == 403)
        {
            return false;
        }
    }
}
