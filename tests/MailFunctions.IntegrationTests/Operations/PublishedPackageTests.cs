using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.LocalHost.Hosting;
using MailFunctions.TestPeers.Functions;
using MailFunctions.Tests.Docs;
using MailFunctions.Triggers;

namespace MailFunctions.IntegrationTests.Operations;

/// <summary>What is deployed: the files that <c>dotnet publish</c> leaves, however it is called.</summary>
public sealed partial class PublishedPackageTests
{
    /// <summary>Linux on x86-64 in the header of an assembly that is compiled ahead: IMAGE_FILE_MACHINE_AMD64 (0x8664), by exclusive or with 0x7B79 (dotnet/runtime, docs/design/coreclr/botr/readytorun-format.md).</summary>
    private const ushort LinuxX64 = 0x8664 ^ 0x7B79;

    [Fact]
    public async Task The_package_contains_the_files_that_the_Functions_host_reads()
    {
        var package = await PublishedApp.FolderAsync();

        Assert.All(
            ["extensions.json", "functions.metadata", "host.json", "worker.config.json", "MailFunctions.App.dll", "MailFunctions.App.runtimeconfig.json", "MailFunctions.Triggers.dll", "MailFunctions.dll"],
            name => Assert.True(File.Exists(Path.Combine(package, name)), $"There is no {name}."));
        Assert.True(Directory.Exists(Path.Combine(package, ".azurefunctions")));
        Assert.Equal(RepositoryFile.Read("host.json"), (await File.ReadAllTextAsync(Path.Combine(package, "host.json"), TestContext.Current.CancellationToken)).ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task The_package_contains_no_development_files()
    {
        var files = Directory.EnumerateFiles(await PublishedApp.FolderAsync(), "*", SearchOption.AllDirectories).Select(Path.GetFileName).ToList();

        Assert.DoesNotContain(files, name => name!.StartsWith("MailFunctions.LocalHost", StringComparison.Ordinal) || name.StartsWith("appsettings", StringComparison.Ordinal));
        Assert.DoesNotContain(files, name => name is "local.settings.json" or "launchSettings.json" or "secrets.json" or "package.json");
        Assert.Single(files, name => name == "host.json");
    }

    /// <summary>Counted by the sources, by what the build writes for the Functions host, and by what the local host finds.</summary>
    [Fact]
    public async Task Every_function_in_the_sources_is_found_by_both_hosts_with_the_same_trigger()
    {
        var sources = RepositoryFile.All("src/MailFunctions.Triggers", "*.cs").SelectMany(source => FunctionName().Matches(source)).Select(match => match.Groups[1].Value + match.Groups[2].Value).ToList();
        var metadata = await File.ReadAllTextAsync(Path.Combine(await PublishedApp.FolderAsync(), "functions.metadata"), TestContext.Current.CancellationToken);
        var deployed = HostedFunction.ReadAll(metadata);
        var local = Function.Discover(typeof(SubmitEmail).Assembly.GetTypes());

        Assert.NotEmpty(sources);
        Assert.Equal(sources.Order(StringComparer.Ordinal), deployed.Select(function => function.Name).Order(StringComparer.Ordinal));
        Assert.Equal(deployed.Select(Describe).Order(StringComparer.Ordinal), local.Select(Describe).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_assemblies_are_compiled_ahead_of_time_for_Linux_x64()
    {
        var assemblies = Directory.GetFiles(await PublishedApp.FolderAsync(), "*.dll");

        Assert.Contains(assemblies, path => Path.GetFileName(path) == "MailFunctions.dll");
        Assert.All(assemblies, path =>
        {
            using var reader = new PEReader(File.OpenRead(path));
            if (HasCode(reader.GetMetadataReader()))
            {
                Assert.True(reader.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0, "It has intermediate code only.");
                Assert.Equal(LinuxX64, (ushort)reader.PEHeaders.CoffHeader.Machine);
            }
        });
    }

    /// <summary>The worker's SDK is the app's alone: the local host has the triggers' attributes, and nothing else of it.</summary>
    [Fact]
    public void The_local_host_has_no_file_of_the_workers_SDK()
    {
        var files = Directory.EnumerateFileSystemEntries(AppContext.BaseDirectory).Select(Path.GetFileName).ToList();

        Assert.Contains("MailFunctions.LocalHost.dll", files);
        Assert.Contains("MailFunctions.Triggers.dll", files);
        Assert.DoesNotContain(files, name => name is "functions.metadata" or "worker.config.json" or "extensions.json" or ".azurefunctions" or "MailFunctions.App.dll");
        Assert.Equal(RepositoryFile.Read("host.json"), File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "host.json")).ReplaceLineEndings("\n"));
    }

    /// <summary>Some assemblies only say where their types have gone to.</summary>
    private static bool HasCode(MetadataReader assembly) =>
        assembly.MethodDefinitions.Any(method => assembly.GetMethodDefinition(method).RelativeVirtualAddress != 0);

    private static string Describe(HostedFunction function) => function switch
    {
        { Route: { } route } => $"{function.Name}: {function.AuthorizationLevel} {string.Join(',', function.Methods)} {route}",
        { Queue: { } queue } => $"{function.Name}: {queue}",
        _ => $"{function.Name}: {function.Schedule}",
    };

    private static string Describe(Function function) => function.Trigger switch
    {
        FunctionTrigger.Http http => $"{function.Name}: {http.Level} {string.Join(',', http.Methods.Select(method => method.ToUpperInvariant()).Order(StringComparer.Ordinal))} {http.Route}",
        FunctionTrigger.Queue queue => $"{function.Name}: {queue.Name}",
        FunctionTrigger.Timer timer => $"{function.Name}: {timer.Schedule}",
        var other => throw new NotSupportedException($"{other} is no trigger that is known here."),
    };

    [GeneratedRegex(@"\[Function\((?:""(Keyed)"" \+ )?nameof\((\w+)\)\)\]")]
    private static partial Regex FunctionName();
}
