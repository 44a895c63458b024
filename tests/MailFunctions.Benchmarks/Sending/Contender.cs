using System.Diagnostics;
using System.Text.Json;

namespace MailFunctions.Benchmarks.Sending;

/// <summary>One of those who send the same mails.</summary>
internal interface IContender : IAsyncDisposable
{
    string Name { get; }

    Task<SendRun> RunAsync(SendJob job, CancellationToken cancellationToken);
}

/// <summary>A process that takes jobs by lines of JSON, and stays warm between them.</summary>
internal sealed class ProcessContender : IContender
{
    private readonly Process _process;

    public ProcessContender(string name, string program, IEnumerable<string> arguments, params IEnumerable<(string Name, string Value)> environment)
    {
        Name = name;
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, CreateNoWindow = true };
        foreach (var (key, value) in environment)
            start.Environment[key] = value;
        _process = Process.Start(start)!;
    }

    public string Name { get; }

    public async Task<SendRun> RunAsync(SendJob job, CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(job, JsonSerializerOptions.Web).AsMemory(), cancellationToken);
        await _process.StandardInput.FlushAsync(cancellationToken);
        var line = await _process.StandardOutput.ReadLineAsync(cancellationToken)
            ?? throw new InvalidOperationException($"{Name} ended while it was measured; what it said stands above.");
        return JsonSerializer.Deserialize<SendRun>(line, JsonSerializerOptions.Web)!;
    }

    /// <summary>Killed: between jobs it has nothing open, and in one it was given up.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
