using System.Diagnostics;
using System.Text.Json;
using MailFunctions.Mail;

namespace MailFunctions.Chaos;

/// <summary>Carries out a plan on a storage of its own: post, kill, stop storage, wait until all is quiet, count.</summary>
internal sealed class ChaosRound : IAsyncDisposable
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(500);

    private readonly ChaosPlan _plan;
    private readonly DiskStorage _storage;
    private readonly FaultyRelay _relay;
    private readonly AppFleet _fleet;
    private readonly Callers _callers;
    private readonly LedgerView _ledger;
    private readonly KillBook _kills = new();
    private readonly List<TimeSpan> _outages = [];
    private readonly Action<string> _reported;

    private ChaosRound(ChaosPlan plan, DiskStorage storage, Action<string> told)
    {
        _plan = plan;
        _reported = told;
        _storage = storage;
        _relay = new FaultyRelay(plan);
        _fleet = new AppFleet(plan, storage.ConnectionString, _relay.Server.Port);
        _callers = new Callers(plan, _fleet, _relay);
        _ledger = new LedgerView(storage.ConnectionString);
    }

    /// <param name="told">Gets a line for each disruption.</param>
    /// <exception cref="TimeoutException">It was not over within the plan's patience; says what was missing.</exception>
    public static async Task<RoundResult> RunAsync(ChaosPlan plan, Action<string> told, CancellationToken cancellationToken)
    {
        await using var round = new ChaosRound(plan, await DiskStorage.CreateAsync(cancellationToken), told);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(plan.Patience);
        try
        {
            return await round.RunAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException(await round.TellAsync(cancellationToken));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _fleet.DisposeAsync();
        await _relay.DisposeAsync();
        await _storage.DisposeAsync();
    }

    private async Task<RoundResult> RunAsync(CancellationToken cancellationToken)
    {
        await _fleet.StartAllAsync(cancellationToken);
        var began = Stopwatch.GetTimestamp();
        await TogetherAsync(_callers.RunAsync, token => DisruptAsync(began, token), cancellationToken);
        var posting = Stopwatch.GetElapsedTime(began);
        await UntilQuietAsync(cancellationToken);
        var duration = Stopwatch.GetElapsedTime(began);

        var mails = await ReadAllAsync(cancellationToken);
        return new RoundResult
        {
            Plan = _plan,
            Posted = _callers.Posted,
            Unanswered = _callers.Unanswered,
            Refused = _callers.Refused,
            Promised = _callers.Promised.Count,
            Accepted = mails.Count,
            Lost = await FindLostAsync(mails, cancellationToken),
            Survivors = Survivors.Of(mails.Values, _relay.Server.Mails),
            Uncertainty = Uncertainty.Of(mails.Values, _kills, _relay),
            Attempts = mails.Values.Sum(mail => mail.GetProperty("attempts").GetArrayLength()),
            Received = _relay.Server.Mails.Count,
            RelayFaults = Enum.GetValues<FaultKind>().ToDictionary(kind => kind, _relay.Count),
            MostConnections = _relay.Server.MaxConcurrentConnections,
            MostInASecond = _relay.MostWithin(TimeSpan.FromSeconds(1)),
            MostInTenSeconds = _relay.MostWithin(TimeSpan.FromSeconds(10)),
            MostInAMinute = _relay.MostWithin(TimeSpan.FromMinutes(1)),
            OpenAtKill = _kills.Open,
            Outages = _outages,
            StatisticsFault = await StatisticsCheck.FindFaultAsync(await _fleet.ClientAsync(cancellationToken), mails.Values, cancellationToken),
            Posting = posting,
            Duration = duration,
        };
    }

    /// <summary>One that fails ends the other.</summary>
    private static async Task TogetherAsync(Func<CancellationToken, Task> one, Func<CancellationToken, Task> other, CancellationToken cancellationToken)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<Task> running = [one(both.Token), other(both.Token)];
        var first = await Task.WhenAny(running);
        if (!first.IsCompletedSuccessfully)
            await both.CancelAsync();
        try
        {
            await Task.WhenAll(running);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await first;
            throw;
        }
    }

    private async Task DisruptAsync(long began, CancellationToken cancellationToken)
    {
        foreach (var disruption in Disruption.Of(_plan))
        {
            await UntilMetAsync(disruption.At, cancellationToken);
            await Task.Delay(disruption.Pause, cancellationToken);
            if (disruption.Outage is { } outage)
                await StopStorageAsync(outage, disruption.Process, cancellationToken);
            else
                await _fleet.KillAsync(disruption.Process!.Value);

            if (disruption.Process is { } process)
            {
                _kills.Note(await ReadLeftBehindAsync(cancellationToken));
                await _fleet.StartAsync(process, cancellationToken);
            }

            _reported(FormattableString.Invariant(
                $"  {Stopwatch.GetElapsedTime(began):mm\\:ss}: {_kills.Kills} kills, {_outages.Count} stops of storage, {_callers.Promised.Count} mails promised, {_relay.Met} met by the relay"));
        }
    }

    private async Task StopStorageAsync(TimeSpan outage, int? process, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        await _storage.StopAsync();
        await Task.Delay(outage, cancellationToken);
        if (process is { } killed)
            await _fleet.KillAsync(killed);
        await _storage.StartAsync(cancellationToken);
        _outages.Add(Stopwatch.GetElapsedTime(began));
    }

    /// <summary>Twice: what the process had sent before it died may be performed during the first look.</summary>
    private async Task<List<LedgerRow>> ReadLeftBehindAsync(CancellationToken cancellationToken)
    {
        await _ledger.ReadOpenAsync(cancellationToken);
        return await _ledger.ReadOpenAsync(cancellationToken);
    }

    private async Task UntilMetAsync(int mails, CancellationToken cancellationToken)
    {
        while (_relay.Met < mails)
            await Task.Delay(LookAgain / 10, cancellationToken);
    }

    private async Task UntilQuietAsync(CancellationToken cancellationToken)
    {
        while ((await _ledger.ReadOpenAsync(cancellationToken)).Count > 0)
            await Task.Delay(LookAgain, cancellationToken);
    }

    /// <returns>GET emails/{id} of everything in the ledger, by id.</returns>
    private async Task<Dictionary<string, JsonElement>> ReadAllAsync(CancellationToken cancellationToken)
    {
        var mails = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        var client = await _fleet.ClientAsync(cancellationToken);
        foreach (var some in (await _ledger.ReadIdsAsync(cancellationToken)).Chunk(_plan.Posters))
        {
            var texts = await Task.WhenAll(some.Select(id => client.GetStringAsync(new Uri($"api/emails/{id}", UriKind.Relative), cancellationToken)));
            foreach (var (i, text) in texts.Index())
                mails[some[i]] = JsonDocument.Parse(text).RootElement;
        }

        return mails;
    }

    /// <returns>The promised mails that the ledger lacks, each with what stands in their place.</returns>
    private async Task<List<string>> FindLostAsync(Dictionary<string, JsonElement> mails, CancellationToken cancellationToken)
    {
        var lost = new List<string>();
        foreach (var id in _callers.Promised.Keys.Where(id => !mails.ContainsKey(id)).Order(StringComparer.Ordinal))
            lost.Add($"{id} ({await _ledger.TellAsync(EmailId.Parse(id), cancellationToken)})");
        return lost;
    }

    private async Task<string> TellAsync(CancellationToken cancellationToken)
    {
        var told = $"Seed {_plan.Seed}: not over within {_plan.Patience}. {_callers.Promised.Count} of {_plan.Mails} mails were promised, the relay met {_relay.Met}; {_kills.Kills} of {_plan.Kills} kills, {_outages.Count} of {_plan.StorageStops} stops of storage.";
        try
        {
            var open = await _ledger.ReadOpenAsync(cancellationToken);
            told += $" Open: {open.Count}.\n" + string.Join('\n', open.Take(10).Select(row => $"{row.Id} {row.State.Name()} attempt {row.Attempt} due {row.DueAt:O} {row.Reason}"));
        }
        catch (Azure.RequestFailedException unreachable)
        {
            told += $" Storage cannot be asked: {unreachable.Message}";
        }

        return $"{told}\n{_fleet.Said()}";
    }
}
