using Microsoft.Extensions.Configuration;

namespace MailFunctions.Tests;

/// <summary>
/// How many samples a property that is dear to try is tried with: few in <c>dotnet test</c>, a hundred times as many with the
/// environment variable <c>MAILFUNCTIONS_LONG_TESTS</c> set to 1.
/// </summary>
internal static class Samples
{
    private const int Longer = 100;

    private static readonly bool IsLong = new ConfigurationBuilder().AddEnvironmentVariables().Build()["MAILFUNCTIONS_LONG_TESTS"] == "1";

    public static long Few(int count) => IsLong ? (long)count * Longer : count;
}
