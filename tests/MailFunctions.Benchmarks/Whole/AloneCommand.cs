using System.CommandLine;
using MailFunctions.Benchmarks.Whole;
using MailFunctions.Intake;
using MailFunctions.LocalHost.Hosting;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

[assembly: HostingStartup(typeof(WritesAlone))]

namespace MailFunctions.Benchmarks.Whole;

/// <summary>
/// The command <c>alone</c>, which <c>compare</c> starts for itself: the local host, but that each post is written by
/// itself, however many come at the same time.
/// </summary>
internal static class AloneCommand
{
    public const string Name = "alone";

    public static Command Create()
    {
        var command = new Command(Name) { Hidden = true };
        command.SetAction(_ =>
        {
            // ASP.NET Core's way to change a host from outside.
            Environment.SetEnvironmentVariable("ASPNETCORE_HOSTINGSTARTUPASSEMBLIES", typeof(WritesAlone).Assembly.GetName().Name);
            return (int)typeof(FunctionHost).Assembly.EntryPoint!.Invoke(null, [Array.Empty<string>()])!;
        });
        return command;
    }
}

internal sealed class WritesAlone : IHostingStartup
{
    /// <summary>A line of its output. Without it what is measured would be called by a wrong name.</summary>
    public const string InForce = "Each post is written alone.";

    public void Configure(IWebHostBuilder builder) => builder.ConfigureServices(services =>
    {
        services.Configure<GroupCommitOptions>(options => options.MaxMails = 1);
        Console.WriteLine(InForce);
    });
}
