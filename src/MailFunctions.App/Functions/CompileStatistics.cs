using MailFunctions.Statistics;

namespace MailFunctions.Functions;

public sealed class CompileStatistics(StatisticsCompiler compiler)
{
    [Function(nameof(CompileStatistics))]
    public Task RunAsync([TimerTrigger("0 * * * * *")] TimerInfo timer, CancellationToken cancellationToken) =>
        compiler.CompileAsync(cancellationToken);
}
