using Microsoft.Extensions.Configuration;

namespace MailFunctions.Tests;

/// <summary>
/// How much a property that is expensive to try is tried with: little in <c>dotnet test</c>, all with the environment variable
/// <c>MAILFUNCTIONS_LONG_TESTS</c> set to 1.
/// </summary>
internal static class Samples
{
    private const int Longer = 100;

    public static bool AreMany { get; } = new ConfigurationBuilder().AddEnvironmentVariables().Build()["MAILFUNCTIONS_LONG_TESTS"] == "1";

    /// <summary>The number of samples: a hundred times as many in the long form.</summary>
    public static long Few(int count) => AreMany ? (long)count * Longer : count;

    /// <summary>The size of an input: <paramref name="largest"/> in the long form.</summary>
    public static int Size(int small, int largest) => AreMany ? largest : small;
}
