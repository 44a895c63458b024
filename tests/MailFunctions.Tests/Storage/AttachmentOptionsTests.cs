using System.Text.RegularExpressions;
using MailFunctions.Storage;
using MailFunctions.Tests.App;

namespace MailFunctions.Tests.Storage;

public sealed partial class AttachmentOptionsTests
{
    [Theory]
    [InlineData(null, true)]
    [InlineData("", true)]
    [InlineData("mail-files", true)]
    [InlineData("deployment-files", true)]
    [InlineData("Files", false)]
    [InlineData("ab", false)]
    [InlineData("a--b", false)]
    [InlineData("-ab", false)]
    [InlineData("files/reports", false)]
    [InlineData("$root", false)]
    [InlineData("$web", false)]
    [InlineData("mail-content", false)]
    [InlineData("azure-webjobs-secrets", false)]
    [InlineData("azure-webjobs-hosts", false)]
    [InlineData("deployment", false)]
    [InlineData("app-package-mail-1a2b3c4", false)]
    [InlineData("scm-releases", false)]
    [InlineData("function-releases", false)]
    [InlineData("insights-logs-storageread", false)]
    public void A_container_is_one_that_callers_may_read(string? container, bool isTaken) =>
        Assert.Equal(isTaken, new AttachmentOptionsValidator().Validate(null, new AttachmentOptions { Container = container }).Succeeded);

    [Fact]
    public void The_container_of_the_package_is_refused_under_the_name_that_Bicep_gives_it()
    {
        var name = PackageContainer().Match(Repository.Text("infra/main.bicep")).Groups[1].Value;

        Assert.NotEmpty(name);
        Assert.False(new AttachmentOptionsValidator().Validate(null, new AttachmentOptions { Container = name }).Succeeded);
    }

    [GeneratedRegex("var deploymentContainer = '([^']+)'")]
    private static partial Regex PackageContainer();
}
