using MailFunctions.Keys.Pauses;
using MailFunctions.Mail;
using MailFunctions.Storage;

namespace MailFunctions.Tests.Keys.Pauses;

public sealed class PauseTargetTests
{
    [Theory]
    [InlineData("key", "abcdefghij01", "abcdefghij01")]
    [InlineData("lane", "bulk", "bulk")]
    [InlineData("sender", "Example.ORG", "example.org")]
    [InlineData("sender", "bücher.example", "xn--bcher-kva.example")]
    [InlineData("sender", "Shop@Example.org", "shop@example.org")]
    [InlineData("sender", "a/b#c?d@example.org", "a/b#c?d@example.org")]
    public void A_name_is_read_in_the_form_that_mail_has(string kind, string name, string expected)
    {
        Assert.True(PauseTarget.TryParse(PauseKinds.Find(kind)!.Value, name, out var target, out var fault), fault);

        Assert.Equal(expected, target.Name);
        Assert.True(TableKey.IsValid(target.RowKey));
        Assert.DoesNotContain('@', target.Alias);
    }

    [Theory]
    [InlineData("key", "")]
    [InlineData("key", "mf_abcdefghij01")]
    [InlineData("key", "ABCDEFGHIJ01")]
    [InlineData("key", "abcdefghij01' or 'a' eq 'a")]
    [InlineData("lane", "")]
    [InlineData("lane", "Bulk")]
    [InlineData("lane", "0")]
    [InlineData("sender", "")]
    [InlineData("sender", "*")]
    [InlineData("sender", "@")]
    [InlineData("sender", "@example.org")]
    [InlineData("sender", "localhost")]
    [InlineData("sender", "*.example.org")]
    [InlineData("sender", "example.org,example.com")]
    [InlineData("sender", "a@example.org, b@example.org")]
    [InlineData("sender", "Shop <shop@example.org>")]
    [InlineData("sender", "a\r\n@example.org")]
    [InlineData("sender", "example.org/../lane")]
    public void Another_name_is_refused_with_a_reason(string kind, string name)
    {
        Assert.False(PauseTarget.TryParse(PauseKinds.Find(kind)!.Value, name, out _, out var fault));

        Assert.NotEmpty(fault);
    }

    [Theory]
    [InlineData("Key")]
    [InlineData("0")]
    [InlineData("")]
    [InlineData("senders")]
    [InlineData("key,lane")]
    public void Another_kind_is_none(string kind) => Assert.Null(PauseKinds.Find(kind));

    [Fact]
    public void No_two_targets_share_a_row()
    {
        var hash = RecipientHash.Of("shop@example.org");

        // A domain has a dot, so none reads as the hash of an address.
        Assert.False(PauseTarget.TryParse(PauseKind.Sender, hash, out _, out _));
        Assert.NotEqual(new PauseTarget(PauseKind.Lane, "bulk").RowKey, new PauseTarget(PauseKind.Sender, "bulk").RowKey);
    }
}
