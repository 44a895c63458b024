using CsCheck;
using MailFunctions.Delivery;

namespace MailFunctions.Tests.Delivery;

/// <summary>Which of several messages stands for one poison, in whatever order they are run.</summary>
public sealed class PoisonLineageTests
{
    [Fact]
    public void An_original_stands_until_a_copy_has_run()
    {
        Assert.Equal(PoisonPlace.Stands, PoisonLineage.Decide(null, 0, "original"));
        Assert.Equal(PoisonPlace.TakesOver, PoisonLineage.Decide(null, 1, "copy"));
        Assert.Equal(PoisonPlace.Superseded, PoisonLineage.Decide(new(1, "copy"), 0, "original"));
        Assert.Equal(PoisonPlace.Stands, PoisonLineage.Decide(new(1, "copy"), 1, "copy"));
        Assert.Equal(PoisonPlace.Superseded, PoisonLineage.Decide(new(1, "copy"), 1, "twin"));
    }

    [Fact]
    public void Exactly_one_of_several_poison_messages_remains_in_whatever_order_they_run() =>
        Gen.Int[1, 4].Array[1, 6].Sample(order =>
        {
            PoisonLineage.StoredLineage? standing = null;
            var messages = order.Select((generation, i) => (Generation: generation, Id: $"m{i}")).ToList();
            foreach (var (generation, id) in messages)
            {
                if (PoisonLineage.Decide(standing, generation, id) == PoisonPlace.TakesOver)
                    standing = new(generation, id);
            }

            Assert.Equal(order.Max(), standing!.Generation);
            Assert.Single(messages, message => PoisonLineage.Decide(standing, message.Generation, message.Id) != PoisonPlace.Superseded);
        });
}
