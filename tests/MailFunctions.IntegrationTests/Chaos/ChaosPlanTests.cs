using MailFunctions.Chaos;

namespace MailFunctions.IntegrationTests.Chaos;

public sealed class ChaosPlanTests
{
    private static readonly ChaosPlan Plan = new() { Seed = 7, Mails = 12_000, Kills = 25, StorageStops = 11 };

    [Fact]
    public void The_same_seed_disrupts_at_the_same_places_and_another_seed_at_others()
    {
        Assert.Equal(Disruption.Of(Plan), Disruption.Of(Plan with { }));
        Assert.NotEqual(Disruption.Of(Plan), Disruption.Of(Plan with { Seed = 8 }));
    }

    [Fact]
    public void All_kills_and_stops_take_place_while_mail_is_on_its_way()
    {
        var disruptions = Disruption.Of(Plan);

        Assert.Equal(Plan.Kills, disruptions.Count(disruption => disruption.Process is not null));
        Assert.Equal(Plan.StorageStops, disruptions.Count(disruption => disruption.Outage is not null));
        Assert.Equal(Plan.StorageStops / 2, disruptions.Count(disruption => disruption is { Process: not null, Outage: not null }));
        Assert.All(disruptions, disruption => Assert.InRange(disruption.At, 1, Plan.Mails * 95 / 100));
    }

    [Fact]
    public void Rounds_share_out_everything()
    {
        var rounds = Plan.Rounds().ToList();

        Assert.Equal((3, 12_000, 25, 11), (rounds.Count, rounds.Sum(round => round.Mails), rounds.Sum(round => round.Kills), rounds.Sum(round => round.StorageStops)));
        Assert.Equal([7, 8, 9], rounds.Select(round => round.Seed));
        Assert.All(rounds, round => Assert.InRange(round.Mails, 1, ChaosPlan.MostMailsARound));
    }

    [Fact]
    public void Faults_of_the_relay_come_as_often_as_they_should()
    {
        var kinds = Enumerable.Range(0, 20_000).Select(i => RelayFault.Of(Plan, $"transaction {i}")?.Kind).ToList();

        Assert.All(Enum.GetValues<FaultKind>(), kind => Assert.InRange(kinds.Count(found => found == kind), 900, 1_100));
    }
}
