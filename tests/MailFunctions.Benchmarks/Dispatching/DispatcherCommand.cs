using System.CommandLine;

namespace MailFunctions.Benchmarks.Dispatching;

/// <summary>The command <c>dispatcher</c>.</summary>
internal static class DispatcherCommand
{
    private static readonly Option<int> Mails = new("--mails") { DefaultValueFactory = _ => 100_000, Description = "Mails that are due in one minute." };

    private static readonly Option<int> AcceptedOver = new("--accepted-over") { DefaultValueFactory = _ => 60, Description = "Minutes over which they were accepted: the more, the fewer are neighbours in the ledger." };

    private static readonly Option<bool> SameMoment = new("--same-moment") { Description = "All are due at the same moment, instead of somewhen within the minute." };

    private static readonly Option<bool> NoKill = new("--no-kill") { Description = "The dispatcher is left alone, instead of killed half-way." };

    private static readonly Option<bool> AtOnce = new("--at-once") { Description = "All are due by now, and the dispatcher is called and not killed: a trial of seconds that measures nothing." };

    public static Command Create()
    {
        var command = new Command("dispatcher", "Time until every mail that is due in one minute is queued, a kill of the dispatcher included.") { Mails, AcceptedOver, SameMoment, NoKill, AtOnce };
        command.SetAction((parsed, cancellationToken) => new DispatcherBenchmark(
            parsed.GetValue(Mails),
            parsed.GetValue(AcceptedOver),
            parsed.GetValue(SameMoment),
            isKilled: !parsed.GetValue(NoKill) && !parsed.GetValue(AtOnce),
            parsed.GetValue(AtOnce)).RunAsync(cancellationToken));
        return command;
    }
}
