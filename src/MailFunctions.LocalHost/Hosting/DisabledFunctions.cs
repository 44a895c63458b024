namespace MailFunctions.LocalHost.Hosting;

/// <summary>
/// Reads the setting <c>AzureWebJobs.{name}.Disabled</c>, which stops a trigger from starting its function. In an
/// environment variable each dot is written as two underscores, as for the Functions host on Linux.
/// </summary>
internal static class DisabledFunctions
{
    public static bool IsDisabled(this Function function, IConfiguration configuration) =>
        IsTrue(configuration[$"AzureWebJobs.{function.Name}.Disabled"]) || IsTrue(configuration[$"AzureWebJobs:{function.Name}:Disabled"]);

    private static bool IsTrue(string? value) => value is "1" || (bool.TryParse(value, out var isTrue) && isTrue);
}
