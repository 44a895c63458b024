using MailFunctions.IntegrationTests.Fixtures;
using Microsoft.Extensions.Configuration;

namespace MailFunctions.IntegrationTests.Upgrade;

/// <summary>
/// What this version writes, made anew in each run. To keep it for later versions, run the tests of the upgrade with
/// <c>MAILFUNCTIONS_KEEP_FIXTURE</c> set to a file in tests/MailFunctions.IntegrationTests/Upgrade/fixtures, whose name is
/// the date of the version in the changelog, and commit the file.
/// </summary>
public sealed class WrittenByThisVersion(AzuriteFixture azurite) : IAsyncLifetime
{
    public string Json { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Json = (await WrittenByAVersion.WriteAsync(azurite)).ToString();
        if (new ConfigurationBuilder().AddEnvironmentVariables("MAILFUNCTIONS_").Build()["KEEP_FIXTURE"] is { Length: > 0 } file)
            await File.WriteAllTextAsync(file, Json);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
