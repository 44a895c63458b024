using System.CommandLine;

namespace MailFunctions.Benchmarks.Lanes;

/// <summary>The command <c>lanes</c>.</summary>
internal static class LanesCommand
{
    private static readonly Option<int> Bulk = new("--bulk") { DefaultValueFactory = _ => 20_000, Description = "Bulk mails that wait, queued by the hundred." };

    private static readonly Option<int> Mails = new("--mails") { DefaultValueFactory = _ => 50, Description = "Transactional mails measured in each round." };

    private static readonly Option<int> Pause = new("--pause") { DefaultValueFactory = _ => 0, Description = "Most milliseconds between a mail's arrival and the next POST; each pause is chosen by chance." };

    private static readonly Option<int> RelayDelay = new("--relay-delay") { DefaultValueFactory = _ => 50, Description = "Milliseconds that the relay takes for each bulk mail." };

    public static Command Create()
    {
        var command = new Command("lanes", "Time of a transactional mail from POST to the relay, idle and while bulk mail is being sent.") { Bulk, Mails, Pause, RelayDelay };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var delay = parsed.GetValue(RelayDelay);
            var result = await new LanesBenchmark(
                parsed.GetValue(Bulk),
                parsed.GetValue(Mails),
                TimeSpan.FromMilliseconds(parsed.GetValue(Pause)),
                TimeSpan.FromMilliseconds(delay)).RunAsync(cancellationToken);
            Console.WriteLine($"{Machine.Describe()}\n\nThe relay takes {delay} ms for each bulk mail.\n\n{result.Tell()}");
        });
        return command;
    }
}
