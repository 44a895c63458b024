using MailFunctions.Storage;

namespace MailFunctions.Tests.Storage;

public sealed class AttachmentOptionsTests
{
    [Theory]
    [InlineData(null, true)]
    [InlineData("", true)]
    [InlineData("mail-files", true)]
    [InlineData("Files", false)]
    [InlineData("ab", false)]
    [InlineData("a--b", false)]
    [InlineData("-ab", false)]
    [InlineData("files/reports", false)]
    [InlineData("$root", false)]
    [InlineData("mail-content", false)]
    [InlineData("azure-webjobs-secrets", false)]
    public void A_container_is_one_that_callers_may_read(string? container, bool isTaken) =>
        Assert.Equal(isTaken, new AttachmentOptionsValidator().Validate(null, new AttachmentOptions { Container = container }).Succeeded);
}
