using System.CommandLine;
using MailFunctions.Benchmarks.Comparison;

namespace MailFunctions.Benchmarks.Signing;

/// <summary>The command <c>signing</c>.</summary>
internal static class SigningCommand
{
    private static readonly Option<int> Rounds = new("--rounds") { DefaultValueFactory = _ => 7, Description = "Alternating rounds; the figures are medians." };

    private static readonly Option<int> Mails = new("--mails") { DefaultValueFactory = _ => 2_000, Description = "Mails of one round of the send stage." };

    private static readonly Option<int> Connections = new("--connections") { DefaultValueFactory = _ => 16, Description = "Open at the same time." };

    private static readonly Option<int> RoundTrip = new("--round-trip") { DefaultValueFactory = _ => 10, Description = "Milliseconds to the relay and back." };

    public static Command Create()
    {
        var command = new Command("signing", "Cost of DKIM signatures (RSA-2048): the send stage with and without, and a signature beside the bare hash and RSA operation.") { Rounds, Mails, Connections, RoundTrip };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var load = Machine.Load();
            var rounds = parsed.GetValue(Rounds);
            var table = new Table("", "without, or bare", "signed", "ratio", "goal");
            await new SignedSending(rounds, parsed.GetValue(Mails), parsed.GetValue(Connections), TimeSpan.FromMilliseconds(parsed.GetValue(RoundTrip))).RunAsync(table, cancellationToken);
            await new BareSigning(rounds).RunAsync(table, cancellationToken);
            Console.WriteLine($"{Machine.Describe()} Load at the begin: {load:0.0}. Medians of {rounds} alternating rounds; ratios are medians of those of each round.\n");
            Console.WriteLine(table);
        });
        return command;
    }
}
