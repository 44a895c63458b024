using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(MailFunctions.IntegrationTests.Fixtures.LongestFirst))]

namespace MailFunctions.IntegrationTests.Fixtures;

/// <summary>Begins with the classes that take longest, so that none of them runs by itself at the end while the other threads are idle.</summary>
internal sealed class LongestFirst : ITestCollectionOrderer
{
    /// <summary>The classes that took more than half a minute, by the time they took. One that is missing here costs time and nothing else.</summary>
    private static readonly string[] Longest =
    [
        "PublishedAppTests", "LocalHostRunTests", "AmbiguousWriteTests", "SeveralProcessesTests", "KilledWhileSendingTests", "CrashTests", "BrowserGuardTests",
        "StorageOutageTests", "AzuriteKeyTests", "AzuriteEndTests", "TraceTests", "KilledWhileDispatchingTests", "RefusalTests", "SuppressedDeliveryTests",
        "MetricTests", "KeyCommandTests", "ManagingClientTests", "EraseRecipientTests", "ToolInstallationTests", "KilledWhileDeferringTests",
    ];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(Rank)];

    /// <summary>The collection of a class that names none has the class's full name in its own.</summary>
    private static int Rank<TTestCollection>(TTestCollection collection)
        where TTestCollection : ITestCollection
    {
        var rank = Array.FindIndex(Longest, name => collection.TestCollectionDisplayName.Contains($".{name} ", StringComparison.Ordinal));
        return rank < 0 ? Longest.Length : rank;
    }
}
