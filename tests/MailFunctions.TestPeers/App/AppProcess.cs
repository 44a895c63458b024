using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace MailFunctions.TestPeers.App;

/// <summary>The app as a process of its own, which a test can kill at any moment and start again.</summary>
public sealed partial class AppProcess : IKillableApp
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);

    private readonly AppProcessOptions _options;
    private readonly Process _process;
    private readonly Task _output;

    private AppProcess(AppProcessOptions options, Process process)
    {
        _options = options;
        _process = process;
        Id = process.Id;
        _output = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
        Exited = WaitForExitAsync();
    }

    /// <summary>Lines of both outputs, as they come.</summary>
    public Journal<string> Output { get; } = new();

    public int Id { get; }

    /// <summary>Resident bytes: now, and the most that there ever were.</summary>
    public (long Now, long Most) Memory
    {
        get
        {
            _process.Refresh();
            return (_process.WorkingSet64, _process.PeakWorkingSet64);
        }
    }

    /// <summary>The root of its HTTP endpoint: <c>http://127.0.0.1:7071/</c>.</summary>
    public Uri Url { get; private set; } = new("http://127.0.0.1/");

    /// <summary>Completes with the exit code, whatever ended the process. On Unix that of a killed one is 137.</summary>
    public Task<int> Exited { get; }

    /// <summary>Whether <see cref="StopAsync"/> works here: Windows knows no SIGTERM.</summary>
    public static bool CanStop => !OperatingSystem.IsWindows();

    /// <summary>Starts it, and waits until GET /api/health answers 200.</summary>
    /// <exception cref="InvalidOperationException">It ended before; the message holds its output.</exception>
    /// <exception cref="TimeoutException">It was not ready in time, and is killed; the message holds its output.</exception>
    public static async Task<AppProcess> StartAsync(AppProcessOptions options, CancellationToken cancellationToken)
    {
        var app = Launch(options);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(options.Patience);
        try
        {
            app.Url = await app.FindUrlAsync(patience.Token);
            await app.WaitUntilHealthyAsync(patience.Token);
            return app;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await app.DisposeAsync();
            throw new TimeoutException($"Not ready within {options.Patience}. {app.Said}");
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it and waits for nothing: for runs that are expected to end, or to be killed, on their way up.</summary>
    public static AppProcess Launch(AppProcessOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var start = new ProcessStartInfo(DotnetHost(), ["exec", options.Assembly, .. options.Arguments])
        {
            WorkingDirectory = Path.GetDirectoryName(options.Assembly)!,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            CreateNoWindow = true,
        };
        AppEnvironment.Apply(start.Environment, options);
        return new AppProcess(options, Process.Start(start)!);
    }

    /// <exception cref="InvalidOperationException">It ended before; the message holds its output.</exception>
    public async Task<Uri> FindUrlAsync(CancellationToken cancellationToken)
    {
        if (_options.Port != 0)
            return new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_options.Port}/"));

        // The process itself finds a free port and tells it: one that was looked for here could be taken by then.
        var line = await UnlessItEndsAsync(Output.WaitForAsync(line => EndpointLine().IsMatch(line), cancellationToken));
        return new Uri(EndpointLine().Match(line).Groups["root"].Value);
    }

    /// <summary>SIGKILL, of this process alone: no handler runs, nothing is flushed.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: false);
        await Exited;
    }

    /// <summary>SIGTERM; the exit code of the process, once it has ended.</summary>
    /// <exception cref="TimeoutException">It has not ended within <see cref="AppProcessOptions.Patience"/>.</exception>
    /// <exception cref="PlatformNotSupportedException">On Windows: see <see cref="CanStop"/>.</exception>
    public async Task<int> StopAsync(CancellationToken cancellationToken)
    {
        if (!Exited.IsCompleted)
            UnixSignal.Terminate(_process.Id);
        return await Exited.WaitAsync(_options.Patience, cancellationToken);
    }

    /// <summary>Kills it when it still runs.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!Exited.IsCompleted)
            await KillAsync();
        _process.Dispose();
    }

    private string Said => "It said:\n" + string.Join('\n', Output);

    private async Task WaitUntilHealthyAsync(CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = Url };
        while (await UnlessItEndsAsync(AskAsync(client, cancellationToken)) != HttpStatusCode.OK)
            await Task.Delay(BetweenLooks, cancellationToken);
    }

    private static async Task<HttpStatusCode?> AskAsync(HttpClient client, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await client.GetAsync(new Uri("api/health", UriKind.Relative), cancellationToken);
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private async Task<T> UnlessItEndsAsync<T>(Task<T> task)
    {
        if (await Task.WhenAny(task, Exited) == task)
            return await task;
        throw new InvalidOperationException($"It ended with exit code {await Exited}. {Said}");
    }

    private async Task<int> WaitForExitAsync()
    {
        await _process.WaitForExitAsync();
        var code = _process.ExitCode;

        // What it wrote last is part of what it said; something it started may hold the pipe open for longer.
        await Task.WhenAny(_output, Task.Delay(TimeSpan.FromSeconds(1)));
        return code;
    }

    private async Task ReadAsync(StreamReader reader)
    {
        try
        {
            while (await reader.ReadLineAsync() is { } line)
                Output.Append(line);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Disposed while something it started still held the pipe.
        }
    }

    /// <summary>The dotnet that runs this process: not every PATH has one, or the same.</summary>
    private static string DotnetHost()
    {
        var runtime = System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory();
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        var beside = Path.GetFullPath(Path.Combine(runtime, "..", "..", "..", name));
        return File.Exists(beside) ? beside : name;
    }

    [GeneratedRegex(@"POST\s+(?<root>http://127\.0\.0\.1:\d+/)")]
    private static partial Regex EndpointLine();
}
