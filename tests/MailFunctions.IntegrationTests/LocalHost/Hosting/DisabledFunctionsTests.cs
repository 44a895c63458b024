using System.Net;
using MailFunctions.TestPeers.App;

namespace MailFunctions.IntegrationTests.LocalHost.Hosting;

public sealed class DisabledFunctionsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("AzureWebJobs.Open.Disabled", "true", HttpStatusCode.NotFound)]
    [InlineData("AzureWebJobs:Open:Disabled", "True", HttpStatusCode.NotFound)]
    [InlineData("AzureWebJobs:Open:Disabled", "1", HttpStatusCode.NotFound)]
    [InlineData("AzureWebJobs:Open:Disabled", "false", HttpStatusCode.OK)]
    [InlineData("AzureWebJobs:ReadThing:Disabled", "true", HttpStatusCode.OK)]
    public async Task A_setting_disables_the_function_that_it_names_and_no_other(string setting, string value, HttpStatusCode expected)
    {
        await using var host = await RunningFunctions.StartAsync([typeof(HttpTriggers)], _ => { }, configuration: TestSettings.Configuration((setting, value)));

        using var answer = await host.Client.GetAsync("/api/open", Cancel);

        Assert.Equal(expected, answer.StatusCode);
    }
}
