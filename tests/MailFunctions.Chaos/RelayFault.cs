using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.Chaos;

internal enum FaultKind
{
    Refused,
    Stalled,
    Dropped,
}

/// <summary>What the relay does wrong in one transaction, or to one new connection.</summary>
/// <param name="Verb">Where it does it.</param>
/// <param name="LeavesOpen">The client may be left without an answer to content that it has sent.</param>
internal sealed record RelayFault(FaultKind Kind, string Verb, SmtpAction Action, bool LeavesOpen)
{
    private static readonly TimeSpan SlowLeast = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan SlowMost = TimeSpan.FromMilliseconds(1_200);

    /// <summary>The end of the content twice as often: there a fault costs the most.</summary>
    private static readonly string[] Verbs = ["MAIL", "RCPT", "DATA", SmtpExchange.FinalDot, SmtpExchange.FinalDot];

    /// <param name="name">Of the transaction or the connection.</param>
    /// <returns>Null when nothing goes wrong.</returns>
    public static RelayFault? Of(ChaosPlan plan, string name, bool isConnection = false)
    {
        var u = plan.Choice.Fraction($"{name} fault");
        FaultKind? kind = u < plan.Refused ? FaultKind.Refused
            : u < plan.Refused + plan.Stalled ? FaultKind.Stalled
            : u < plan.Refused + plan.Stalled + plan.Dropped ? FaultKind.Dropped
            : null;
        if (kind is null)
            return null;

        var verb = isConnection ? SmtpExchange.Greeting : Verbs[plan.Choice.Below(Verbs.Length, $"{name} verb")];
        return kind switch
        {
            FaultKind.Refused => Refusal(verb, plan.Choice.Below(5, $"{name} refusal")),
            FaultKind.Stalled => Stall(verb, plan.Choice, name),
            _ => Drop(verb, plan.Choice.Below(4, $"{name} drop")),
        };
    }

    private static RelayFault Refusal(string verb, int which) => new(
        FaultKind.Refused,
        verb,
        (verb, which) switch
        {
            (SmtpExchange.Greeting, < 3) or (_, 0) => SmtpAction.Reply("421 4.3.2 Not now").ThenClose(),
            (SmtpExchange.Greeting, _) => SmtpAction.Reply("554 5.3.2 Not here").ThenClose(),
            ("RCPT" or SmtpExchange.FinalDot, 1) => SmtpAction.Reply("550 5.7.1 Not wanted"),
            _ => SmtpAction.Reply("451 4.3.0 Not now"),
        },
        LeavesOpen: false);

    /// <summary>Late half of the time, else not within the client's patience; content that was sent may have been taken all the same.</summary>
    private static RelayFault Stall(string verb, Choice choice, string name)
    {
        var action = choice.Happens(0.5, $"{name} slow")
            ? SmtpAction.Default.After(choice.Between(SlowLeast, SlowMost, $"{name} delay"))
            : choice.Happens(0.5, $"{name} stored") ? SmtpAction.Stall : SmtpAction.Stall.NotStored();
        return new RelayFault(FaultKind.Stalled, verb, action, verb == SmtpExchange.FinalDot);
    }

    private static RelayFault Drop(string verb, int which) => new(
        FaultKind.Dropped,
        verb,
        (verb, which) switch
        {
            (SmtpExchange.FinalDot, 0) => SmtpAction.Reset.Stored(),
            (SmtpExchange.FinalDot, 1) => SmtpAction.Close.Stored(),
            ("DATA", 2) => SmtpAction.CutContentAfter(100),
            (_, < 2) => SmtpAction.Reset,
            _ => SmtpAction.Close,
        },
        LeavesOpen: verb == SmtpExchange.FinalDot || (verb, which) == ("DATA", 2));
}
