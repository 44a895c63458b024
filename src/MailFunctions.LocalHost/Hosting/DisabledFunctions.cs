namespace MailFunctions.LocalHost.Hosting;

/// <summary>
/// The setting <c>AzureWebJobs.{name}.Disabled</c>, which keeps one function from being started by its trigger. In an
/// environment variable each dot is written as two underscores, as for the Functions host on Linux.
/// </summary>
internal static class DisabledFunctions
{
    public static bool IsDisabled(this Function function, IConfiguration configuration) =>
        IsTrue(configuration[$"AzureWebJobs.{function.Name}.Disabled"]) || IsTrue(configuration[$"AzureWebJobs:{function.Name}:Disabled"]);

    private static bool IsTrue(string? value) => value is "1" || (bool.TryParse(value, out var isTrue) && isTrue);
}
