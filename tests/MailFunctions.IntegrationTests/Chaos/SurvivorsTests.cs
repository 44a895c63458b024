using System.Text.Json;
using MailFunctions.Chaos;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.IntegrationTests.Chaos;

/// <summary>What the count of a chaos run finds fault with.</summary>
public sealed class SurvivorsTests
{
    [Theory]
    [InlineData("sent", 1, 0)]
    [InlineData("sent", 2, 1)]
    [InlineData("sent", 1, 1)]
    [InlineData("uncertain", 0, 1)]
    [InlineData("uncertain", 1, 1)]
    [InlineData("failed", 0, 0)]
    public void A_promised_outcome_is_not_counted_as_broken(string status, int received, int uncertain)
    {
        var survivors = Count(status, received, uncertain);

        Assert.Empty(survivors.Broken);
        Assert.Equal((Math.Max(0, received - 1), 0), (survivors.Duplicates, survivors.DuplicatesOutside));
    }

    [Theory]
    [InlineData("sent", 0, 0, 0, "never received")]
    [InlineData("sent", 2, 0, 1, "received 2 times")]
    [InlineData("sent", 4, 1, 2, "received 4 times")]
    [InlineData("uncertain", 2, 1, 1, "received 2 times")]
    [InlineData("failed", 1, 0, 0, "received 1 times")]
    [InlineData("expired", 0, 0, 0, "a state that nothing here leads to")]
    [InlineData("queued", 0, 0, 0, "a state that nothing here leads to")]
    public void A_loss_and_a_duplicate_that_could_have_been_prevented_are_found(string status, int received, int uncertain, int outside, string says)
    {
        var survivors = Count(status, received, uncertain);

        Assert.Contains(survivors.Broken, broken => broken.Contains(says, StringComparison.Ordinal));
        Assert.Equal(outside, survivors.DuplicatesOutside);
    }

    [Fact]
    public void A_mail_that_is_in_no_ledger_is_found()
    {
        var survivors = Survivors.Of([], [Received()]);

        Assert.Contains("in no ledger", Assert.Single(survivors.Broken), StringComparison.Ordinal);
    }

    private static Survivors Count(string status, int received, int uncertain)
    {
        var recipient = status switch { "sent" => "sent", "uncertain" => "uncertain", "failed" => "rejected", _ => "pending" };
        var attempts = string.Join(',', Enumerable.Range(1, uncertain).Select(number =>
            $$"""{"number":{{number}},"recipients":[{"address":"a@here.example","status":"uncertain"}]}"""));
        var mail = JsonDocument.Parse(
            $$"""{"id":"1","lane":"bulk","status":"{{status}}","recipients":[{"address":"a@here.example","status":"{{recipient}}"}],"attempts":[{{attempts}}]}""").RootElement;
        return Survivors.Of([mail], [.. Enumerable.Range(0, received).Select(_ => Received())]);
    }

    private static ReceivedMail Received() => new()
    {
        Number = 1,
        Connection = 1,
        Sender = "m1-0@shop.example",
        Recipients = ["a@here.example"],
        Parameters = new Dictionary<string, string>(),
        RecipientParameters = [],
        Content = default,
        IsTls = false,
        User = null,
    };
}
