using CsCheck;
using MailFunctions.Mail;

namespace MailFunctions.Tests.Mail;

public sealed class TransitionsTests
{
    private static readonly EmailState[] All = Enum.GetValues<EmailState>();

    /// <summary>Nobody but a person moves a mail that is over, and only one that did not reach everybody.</summary>
    [Fact]
    public void Final_states_lead_only_to_queued_and_only_if_a_recipient_lacks_the_mail() =>
        Assert.All(All.Where(state => state.IsFinal()), state => Assert.Equal(
            state is EmailState.Failed or EmailState.Expired or EmailState.Partial ? [EmailState.Queued] : [], Transitions.From(state)));

    [Fact]
    public void Every_state_that_is_not_final_can_reach_a_final_one()
    {
        foreach (var start in All.Where(state => !state.IsFinal()))
        {
            var reached = new HashSet<EmailState> { start };
            var edge = new Queue<EmailState>(reached);
            while (edge.TryDequeue(out var state))
            {
                foreach (var next in Transitions.From(state).Where(reached.Add))
                    edge.Enqueue(next);
            }

            Assert.Contains(reached, state => state.IsFinal());
        }
    }

    [Fact]
    public void No_walk_along_legal_steps_is_refused_and_every_other_step_is() =>
        Gen.Select(Gen.Enum<EmailState>(), Gen.Enum<EmailState>()).Sample((from, to) =>
        {
            if (Transitions.IsLegal(from, to))
                Assert.Equal(to, Transitions.Require(from, to));
            else
                Assert.ThrowsAny<InvalidOperationException>(() => { Transitions.Require(from, to); });
        });

    [Fact]
    public void Every_state_is_either_open_or_final_or_requires_a_decision() =>
        Assert.All(All, state => Assert.Single(new[] { state.IsOpen(), state.AwaitsPerson(), state.IsFinal() }, flag => flag));

    [Fact]
    public void Names_survive_their_parsing() =>
        Assert.All(All, state => Assert.Equal(state, EmailStates.Parse(state.Name())));
}
