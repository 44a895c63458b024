using System.Text;
using MailFunctions.Http.Requests;
using MailFunctions.Intake;
using MailFunctions.Templates;

namespace MailFunctions.Fuzz.Templates;

/// <summary>
/// Templates of every shape: each is refused with a sentence, or rendered, within the bounds of <see cref="TemplateLimits"/>;
/// whatever the engine throws is ours.
/// </summary>
internal sealed class TemplateFuzz : IFuzz
{
    private const long MostAllocated = 600L * 1024 * 1024;
    private const int LongestFault = 500;

    /// <summary>Processor time; the bound that the app keeps looks at the clock now and then.</summary>
    private static readonly TimeSpan MostTime = 3 * TemplateLimits.RenderTime;

    public TimeSpan Patience { get; } = TimeSpan.FromMinutes(3);

    public Tally Tally { get; } = new();

    public IReadOnlyList<string> Expected { get; } = ["rendered", "refused", "not parsed"];

    public Task<string?> TryAsync(int seed, CancellationToken cancellationToken)
    {
        var random = new Random(seed);
        var (source, variables) = (TemplateSource.Write(random), ReadVariables(TemplateSource.WriteVariables(random)));
        var part = random.Pick(Enum.GetValues<TemplatePart>());

        var (time, bytes) = (Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes());
        var parsed = LiquidTemplate.TryParse(part, source, out var template, out var fault);
        var (text, faults) = parsed ? template!.Render(variables, TimeProvider.System, cancellationToken) : (null, [fault!]);
        (time, bytes) = (Environment.CpuUsage.TotalTime - time, GC.GetTotalAllocatedBytes() - bytes);

        Tally.Add(!parsed ? "not parsed" : text is null ? "refused" : "rendered");
        return Task.FromResult((text, faults) switch
        {
            (null, []) => "it is neither rendered nor refused",
            (not null, [_, ..]) => "it is rendered and refused",
            ({ Length: > TemplateLimits.OutputChars }, _) => "it comes to more than it may",
            _ when faults.Any(one => one.Message.Length is 0 or > LongestFault) => $"a sentence has {faults.Max(one => one.Message.Length)} characters",
            _ when time > MostTime => FormattableString.Invariant($"it took {time.TotalSeconds:0} s of processor time"),
            _ when bytes > MostAllocated => $"it took {bytes >> 20} MiB",
            _ => (string?)null,
        } is { } wrong ? $"{wrong}\n  {part}: {source}" : null);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static TemplateVariables ReadVariables(string json)
    {
        var errors = new ErrorList();
        var outline = RequestOutline.Parse(Encoding.UTF8.GetBytes(json), errors, EmailLimits.JsonValues);
        return TemplateVariablesReader.Read(outline.Value, errors);
    }
}
