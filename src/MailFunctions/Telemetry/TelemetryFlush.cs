namespace MailFunctions.Telemetry;

/// <summary>
/// Exports what the metrics say now, without waiting for the next periodic export. Registered where there is an exporter.
/// Never throws: what cannot be exported is lost, as it would be later.
/// </summary>
public delegate Task TelemetryFlush();
