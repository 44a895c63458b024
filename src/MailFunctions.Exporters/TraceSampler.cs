using System.Globalization;
using OpenTelemetry.Trace;

namespace MailFunctions.Exporters;

/// <summary>
/// Reads the sampler that <c>OTEL_TRACES_SAMPLER</c> and <c>OTEL_TRACES_SAMPLER_ARG</c> name
/// (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#general-sdk-configuration). Azure
/// Monitor's exporter sets its own instead, and knows only its own two names, so this one is set after it.
/// </summary>
internal static class TraceSampler
{
    public const string Setting = "OTEL_TRACES_SAMPLER";
    public const string Argument = "OTEL_TRACES_SAMPLER_ARG";

    private const string Names = "always_on, always_off, traceidratio, parentbased_always_on, parentbased_always_off, parentbased_traceidratio, microsoft.fixed_percentage or microsoft.rate_limited";

    /// <returns>Null to use the default of the SDK and the exporters: no sampler is named, or one of Azure Monitor's.</returns>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">There is no such sampler, or its ratio is not between 0 and 1.</exception>
    public static Sampler? Read(string? name, string? argument) => name?.Trim().ToLowerInvariant() switch
    {
        null or "" => null,
        "microsoft.fixed_percentage" or "microsoft.rate_limited" => null,
        "always_on" => new AlwaysOnSampler(),
        "always_off" => new AlwaysOffSampler(),
        "traceidratio" => new TraceIdRatioBasedSampler(Ratio(argument)),
        "parentbased_always_on" => new ParentBasedSampler(new AlwaysOnSampler()),
        "parentbased_always_off" => new ParentBasedSampler(new AlwaysOffSampler()),
        "parentbased_traceidratio" => new ParentBasedSampler(new TraceIdRatioBasedSampler(Ratio(argument))),
        _ => throw ExporterSettings.Refused($"{Setting} takes {Names}."),
    };

    /// <summary>Reads the ratio; without an argument all traces are kept, by the specification.</summary>
    private static double Ratio(string? argument)
    {
        if (string.IsNullOrWhiteSpace(argument))
            return 1;
        return double.TryParse(argument, NumberStyles.Float, CultureInfo.InvariantCulture, out var ratio) && ratio is >= 0 and <= 1
            ? ratio
            : throw ExporterSettings.Refused($"{Argument} takes a number from 0 to 1, such as 0.05 for every twentieth trace.");
    }
}
