namespace MailFunctions.Telemetry;

/// <summary>
/// Exports the present metrics without waiting for the next periodic export. Registered if there is an exporter.
/// Never throws: data that cannot be exported is lost, as it would be later.
/// </summary>
public delegate Task TelemetryFlush();
