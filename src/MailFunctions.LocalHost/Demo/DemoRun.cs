using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MailFunctions.Contracts;

namespace MailFunctions.LocalHost.Demo;

/// <summary>Sends one mail as any caller would, and prints what happened to it.</summary>
internal sealed class DemoRun : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(200);
    private static readonly string[] OpenStates = [EmailStatus.Scheduled, EmailStatus.Queued, EmailStatus.Sending];

    private readonly HttpClient _client = new();
    private readonly FunctionsAddress _endpoint;
    private readonly TextWriter _console;

    private DemoRun(FunctionsAddress endpoint, TextWriter console)
    {
        (_endpoint, _console) = (endpoint, console);
        if (endpoint.Key is not null)
            _client.DefaultRequestHeaders.Add("x-functions-key", endpoint.Key);
    }

    /// <returns>True when the mail was sent.</returns>
    public static async Task<bool> RunAsync(DemoMail mail, FunctionsAddress endpoint, Uri? inbox, TextWriter console, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        using var run = new DemoRun(endpoint, console);
        try
        {
            if (await run.SubmitAsync(mail, patience.Token) is not { } id)
                return false;
            var isSent = await run.AwaitEndingAsync(id, patience.Token);
            await run.PrintStatisticsAsync(patience.Token);
            if (isSent && inbox is not null)
                await console.WriteLineAsync($"The mail is in the inbox: {inbox}{Environment.NewLine}");
            return isSent;
        }
        catch (OperationCanceledException)
        {
            if (!cancellationToken.IsCancellationRequested)
                await console.WriteLineAsync($"The demo did not end within {Patience.TotalSeconds:0} s; what is shown above is its state.");
            return false;
        }
        catch (HttpRequestException failure)
        {
            await console.WriteLineAsync($"The demo could not reach the functions: {failure.Message}");
            return false;
        }
    }

    public void Dispose() => _client.Dispose();

    /// <returns>The id; null when the mail was not accepted.</returns>
    private async Task<string?> SubmitAsync(DemoMail mail, CancellationToken cancellationToken)
    {
        using var body = new StringContent(mail.ToJson(), Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using var response = await _client.PostAsync(_endpoint.Emails, body, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            await _console.WriteLineAsync($"The demo mail was refused with {(int)response.StatusCode}: {text}");
            return null;
        }

        var accepted = JsonSerializer.Deserialize(text, ContractsJson.Default.AcceptedAnswer)!;
        await _console.WriteLineAsync($"Sent one mail: {(int)response.StatusCode} {response.StatusCode}, {_endpoint.Email(accepted.Id)}");
        return accepted.Id;
    }

    private async Task<bool> AwaitEndingAsync(string id, CancellationToken cancellationToken)
    {
        var shown = "";
        while (true)
        {
            var email = await ReadAsync(_endpoint.Email(id), ContractsJson.Default.EmailAnswer, cancellationToken);
            var status = email?.Status ?? "not to be read";
            if (status != shown)
                await _console.WriteLineAsync($"  {status}");
            shown = status;

            if (email is not null && !OpenStates.Contains(status))
            {
                foreach (var line in Timeline.Lines(email))
                    await _console.WriteLineAsync($"  {line}");
                if (status != EmailStatus.Sent)
                    await _console.WriteLineAsync($"The demo mail was not sent; it is {status}.");
                return status == EmailStatus.Sent;
            }

            await Task.Delay(LookAgain, cancellationToken);
        }
    }

    private async Task PrintStatisticsAsync(CancellationToken cancellationToken)
    {
        using (await _client.PostAsync(_endpoint.CompileStatistics, null, cancellationToken))
        {
        }

        while (true)
        {
            var statistics = await ReadAsync(_endpoint.Statistics, ContractsJson.Default.StatisticsAnswer, cancellationToken);
            if (statistics is not null && Timeline.StatisticsLines(statistics) is { Count: > 1 } lines)
            {
                await _console.WriteLineAsync("Statistics of the last hour:");
                foreach (var line in lines)
                    await _console.WriteLineAsync($"  {line}");
                await _console.WriteLineAsync();
                return;
            }

            await Task.Delay(LookAgain, cancellationToken);
        }
    }

    /// <returns>Null when the status is no success.</returns>
    private async Task<T?> ReadAsync<T>(Uri address, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        using var response = await _client.GetAsync(address, cancellationToken);
        if (!response.IsSuccessStatusCode)
            return null;
        return JsonSerializer.Deserialize(await response.Content.ReadAsStringAsync(cancellationToken), type);
    }
}
