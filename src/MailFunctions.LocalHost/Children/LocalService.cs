using System.Diagnostics;

namespace MailFunctions.LocalHost.Children;

/// <summary>A service that is used when it already answers on its ports, and started when no process listens there.</summary>
/// <param name="Title">Its name in a sentence.</param>
/// <param name="Recognise">Says whether the process that listens on a port is this service.</param>
/// <param name="Command">Returns the command that starts it on its ports.</param>
/// <param name="ReadPorts">Reads from its output the ports it listens on; null until it reports that it is ready.</param>
internal sealed record LocalService(
    string Title,
    IReadOnlyList<Port> Ports,
    Func<Port, CancellationToken, Task<bool>> Recognise,
    Func<CancellationToken, Task<ChildCommand>> Command,
    Func<string, IReadOnlyList<int>?> ReadPorts)
{
    /// <summary>The interval at which the console mentions a slow start.</summary>
    private static readonly TimeSpan StillStarting = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(50);

    /// <summary>The state file that a run keeps about it; null when none is kept.</summary>
    public string? StateFile { get; init; }

    /// <exception cref="CannotStartException">A port is taken by something else, or the child ended while it started.</exception>
    public async Task<RunningService> EnsureAsync(TextWriter console, CancellationToken cancellationToken, Ending? ending = null)
    {
        var state = StateFile is null ? null : ChildState.Read(StateFile);
        if (await AnswersAsync(cancellationToken))
            return await AdoptAsync(state, console, cancellationToken);

        if (state is not null && state.BelongsToAnotherRun)
        {
            throw new CannotStartException(
                $"Another run (process {state.Owner.Id}) keeps data of {Title} in the same folder, on port {state.Ports[0]}; use the same ports, or set LocalHost:DataFolder to another folder.");
        }

        var command = await Command(cancellationToken);
        if (state is { IsLeftOver: true })
            await new ChildProcess(command, state.Child.Id).StopAsync(ending);

        await console.WriteLineAsync($"Starting {Title} ...");
        var child = await ChildProcess.LaunchAsync(command, cancellationToken);
        // Already before it listens, so that it is found when this run is killed meanwhile.
        Remember(child, [.. Ports.Select(port => port.Number)]);
        try
        {
            var ports = await StartedAsync(child, console, cancellationToken);
            Remember(child, ports);
            return new RunningService(ports, child);
        }
        catch
        {
            await child.StopAsync(ending);
            throw;
        }
    }

    private async Task<RunningService> AdoptAsync(ChildState? state, TextWriter console, CancellationToken cancellationToken)
    {
        IReadOnlyList<int> ports = [.. Ports.Select(port => port.Number)];
        if (state is not { IsLeftOver: true } || !state.Ports.SequenceEqual(ports))
        {
            await console.WriteLineAsync($"Using {Title} that already listens on port {ports[0]}.");
            return new RunningService(ports, null);
        }

        var child = new ChildProcess(await Command(cancellationToken), state.Child.Id);
        await console.WriteLineAsync($"Using {Title} that an earlier run left behind on port {ports[0]}.");
        Remember(child, ports);
        return new RunningService(ports, child);
    }

    private void Remember(ChildProcess child, IReadOnlyList<int> ports)
    {
        if (StateFile is not null && ProcessIdentity.Find(child.Id) is { } identity)
            new ChildState(identity, ProcessIdentity.Current, ports).Write(StateFile);
    }

    /// <returns>False when no process listens on any port.</returns>
    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        var answering = new List<Port>();
        var silent = new List<Port>();
        foreach (var port in Ports)
        {
            if (port.Number == 0 || !await port.IsListenedOnAsync(cancellationToken))
                silent.Add(port);
            else if (await Recognise(port, cancellationToken))
                answering.Add(port);
            else
                throw port.Taken();
        }

        if (answering.Count > 0 && silent.Count > 0)
        {
            throw new CannotStartException(
                $"On port {answering[0].Number} {Title} answers, but not on port {silent[0].Number} ({silent[0].Purpose}); end it, or set {silent[0].Setting} to the port that it uses.");
        }

        return silent.Count == 0;
    }

    /// <summary>Waits without a limit: the service reads all its data before it listens.</summary>
    private async Task<IReadOnlyList<int>> StartedAsync(ChildProcess child, TextWriter console, CancellationToken cancellationToken)
    {
        var mentioned = Stopwatch.GetTimestamp();
        while (true)
        {
            if (ReadPorts(await child.ReadLogAsync()) is { } ports)
                return ports;
            if (child.HasExited)
                throw new CannotStartException($"While it started, {Title} ended: {await child.LastWordsAsync()} (its output is in {child.Command.LogFile}).");
            if (Stopwatch.GetElapsedTime(mentioned) > StillStarting)
            {
                mentioned = Stopwatch.GetTimestamp();
                await console.WriteLineAsync($"{child.Command.Title} is still starting; its output is in {child.Command.LogFile}.");
            }

            await Task.Delay(LookAgain, cancellationToken);
        }
    }
}

/// <param name="Ports">The ports, in the order in which they were asked for.</param>
/// <param name="Child">Null when another process started it; this process then does not end it.</param>
internal sealed record RunningService(IReadOnlyList<int> Ports, ChildProcess? Child);
