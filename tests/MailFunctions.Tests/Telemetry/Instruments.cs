using System.Diagnostics.Metrics;
using MailFunctions.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace MailFunctions.Tests.Telemetry;

/// <summary>The instruments of one test, which no other test's listener takes for its own.</summary>
internal sealed class Instruments
{
    public IMeterFactory Factory { get; } = new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>();

    public MailTraces Traces { get; } = new();

    public MailMeters Meters => field ??= new(Factory);

    public SmtpTelemetry Smtp => new(Traces, Meters, TimeProvider.System);
}
