using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.TestPeers.App;

namespace MailFunctions.IntegrationTests.Crash;

/// <summary>A <see cref="CrashScene"/> whose mails name files.</summary>
internal static class FlowingFileScene
{
    public const string Files = "files";

    private static readonly (string Key, string Value) Container = (TestSettings.Container, Files);

    public static Task<CrashScene> CreateAsync(AzuriteFixture azurite) => CrashScene.CreateAsync(azurite, Container);

    /// <summary>Makes a scene whose app is a process of its own.</summary>
    public static Task<CrashScene> CreateProcessAsync(AzuriteFixture azurite, params IEnumerable<(string Key, string Value)> settings) =>
        CrashScene.CreateProcessAsync(azurite, settings.Append(Container));

    /// <param name="length">Bytes; they are random ones.</param>
    public static async Task PutFileAsync(this CrashScene scene, string name, int length)
    {
        var container = scene.Behind.Container(Files);
        await container.CreateIfNotExistsAsync(cancellationToken: TestContext.Current.CancellationToken);
        var bytes = new byte[length];
        Random.Shared.NextBytes(bytes);
        await container.GetBlobClient(name).UploadAsync(new BinaryData(bytes), overwrite: true, TestContext.Current.CancellationToken);
    }

    public static string MailWith(string name, string lane = "transactional") => TestApp.Mail(lane: lane, more: $$""","attachments":[{"path":"blob:{{name}}"}]""");
}
