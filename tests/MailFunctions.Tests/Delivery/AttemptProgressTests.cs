using MailFunctions.Delivery;

namespace MailFunctions.Tests.Delivery;

public sealed class AttemptProgressTests
{
    [Fact]
    public void An_attempt_goes_forward_and_ends_once()
    {
        var legal =
            from one in Enum.GetValues<AttemptProgress>()
            from other in Enum.GetValues<AttemptProgress>()
            where AttemptSteps.IsLegal(one, other)
            select $"{one} {other}";

        Assert.Equal(
            [
                "Loaded Claimed",
                "Claimed UnderWay",
                "UnderWay DataMayHaveBegun",
                "UnderWay Settled",
                "DataMayHaveBegun DataMayHaveBegun",
                "DataMayHaveBegun Settled",
                "Settled Settled",
                "Settled GivenBack",
            ],
            legal);
    }

    [Fact]
    public void An_illegal_step_throws() =>
        Assert.Throws<InvalidOperationException>(() => AttemptSteps.Require(AttemptProgress.Settled, AttemptProgress.UnderWay));
}
