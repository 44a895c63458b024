namespace MailFunctions.Benchmarks.Sending;

/// <summary>What a contender is asked to do once.</summary>
/// <param name="Port">Of the server, or of the proxy before it.</param>
/// <param name="Connections">Open at the same time at most.</param>
internal sealed record SendJob(int Port, int Mails, int Connections);

/// <summary>What it took.</summary>
/// <param name="Seconds">From its begin, with no connection open, until the last mail was accepted and the connections were closed.</param>
/// <param name="CpuSeconds">Of the sending process alone, user and system.</param>
internal sealed record SendRun(double Seconds, double CpuSeconds);
