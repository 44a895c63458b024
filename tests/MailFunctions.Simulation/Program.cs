using MailFunctions.Simulation;
using MailFunctions.Simulation.Outside;

try
{
    if (Switches.Parse(args) is not { } switches)
    {
        Console.WriteLine(Switches.HelpText);
        foreach (var fault in PlantedFault.All)
            Console.WriteLine($"            {fault.Name,-20} {fault.Meaning}");
        return 0;
    }

    if (switches.Minimize)
        return Minimizer.Run(switches, Console.Out) ? 1 : 0;
    return SimulationRun.Run(switches, Console.Out) ? 0 : 1;
}
catch (Exception exception) when (exception is ArgumentException or MailFunctions.Simulation.Scheduling.SimulationFault)
{
    Console.Error.WriteLine(exception);
    return 2;
}
