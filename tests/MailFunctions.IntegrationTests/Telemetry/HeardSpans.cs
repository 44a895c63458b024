using System.Collections.Concurrent;
using System.Diagnostics;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Telemetry;

namespace MailFunctions.IntegrationTests.Telemetry;

/// <summary>Listens to the spans of one pipeline of this process, and of no other.</summary>
internal sealed class HeardSpans : IDisposable
{
    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ActivityListener _listener;

    public HeardSpans(TestApp pipeline)
    {
        var source = pipeline.Get<MailTraces>().Source;
        _listener = new ActivityListener
        {
            ShouldListenTo = heard => heard == source,
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public IReadOnlyList<Activity> Of(string name) => [.. _ended.Where(span => span.DisplayName == name)];

    public void Dispose() => _listener.Dispose();
}
