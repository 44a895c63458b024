using System.Diagnostics.Metrics;
using MailFunctions.IntegrationTests.Fixtures;

namespace MailFunctions.IntegrationTests.Telemetry;

/// <summary>Listens to the levels of one pipeline of this process, and of no other.</summary>
internal sealed class HeardLevels : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Dictionary<(string Metric, string Attribute), double> _heard = [];

    public HeardLevels(TestApp pipeline)
    {
        var factory = pipeline.Get<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == factory && instrument is ObservableGauge<double>)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
            _heard[(instrument.Name, tags.Length == 0 ? "" : (string)tags[0].Value!)] = value);
        _listener.Start();
    }

    public IReadOnlyDictionary<(string Metric, string Attribute), double> Read()
    {
        _heard.Clear();
        _listener.RecordObservableInstruments();
        return _heard;
    }

    public void Dispose() => _listener.Dispose();
}
