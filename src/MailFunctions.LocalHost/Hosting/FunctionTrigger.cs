using Microsoft.Azure.Functions.Worker;

namespace MailFunctions.LocalHost.Hosting;

/// <summary>The trigger of a function: the trigger attribute of its method, read once.</summary>
internal abstract record FunctionTrigger
{
    /// <param name="Methods">Empty for every method.</param>
    internal sealed record Http(AuthorizationLevel Level, string Route, IReadOnlyList<string> Methods) : FunctionTrigger;

    internal sealed record Queue(string Name, string Connection) : FunctionTrigger;

    internal sealed record Timer(string Schedule, bool RunOnStartup, bool UseMonitor) : FunctionTrigger;
}
