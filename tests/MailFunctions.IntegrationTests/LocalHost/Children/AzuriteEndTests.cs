using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Azure.Storage.Sas;
using MailFunctions.IntegrationTests.LocalHost.Runs;

namespace MailFunctions.IntegrationTests.LocalHost.Children;

/// <summary>What Azurite has acknowledged when it is ended is there when it runs again.</summary>
public sealed class AzuriteEndTests
{
    private const int Rows = 7;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The rest of the request is sent at the moment at which Azurite begins to save its tables, some 4 MB, with an event loop that is blocked by it.</summary>
    [Theory]
    [InlineData("table", false)]
    [InlineData("table", true)]
    [InlineData("queue", false)]
    [InlineData("blob", false)]
    public async Task A_request_completed_while_Azurite_saves_gets_no_answer_or_is_kept(string service, bool bySignal)
    {
        Assert.SkipWhen(bySignal && OperatingSystem.IsWindows(), "Windows has no SIGTERM to send.");
        await using var azurite = new StoredAzurite();
        await azurite.StartAsync();
        await FillAsync(azurite.ConnectionString);
        using var request = await SendHalfAsync(azurite, service);
        await TakenInAsync(azurite);

        if (bySignal)
            await Signals.SendAsync("TERM", azurite.Child.Id);
        else
            await azurite.AskToEndAsync();
        while (!(await azurite.Child.ReadLogAsync()).Contains("Table service is closing", StringComparison.Ordinal))
            Cancel.ThrowIfCancellationRequested();
        var answer = await request.SendRestAsync(Cancel);
        await azurite.Child.StopAsync();

        await azurite.StartAsync();
        if (answer is not null)
        {
            Assert.Matches("^HTTP/1.1 20[0-9] ", answer);
            Assert.Equal(service == "table" ? Rows : 1, await CountAsync(azurite.ConnectionString, service));
        }
    }

    /// <summary>Else the test above would show nothing.</summary>
    [Theory]
    [InlineData("table")]
    [InlineData("queue")]
    [InlineData("blob")]
    public async Task A_request_in_two_parts_is_performed_while_Azurite_runs(string service)
    {
        await using var azurite = new StoredAzurite();
        await azurite.StartAsync();
        await FillAsync(azurite.ConnectionString);
        using var request = await SendHalfAsync(azurite, service);

        Assert.Matches("^HTTP/1.1 20[0-9] ", await request.SendRestAsync(Cancel));

        Assert.Equal(service == "table" ? Rows : 1, await CountAsync(azurite.ConnectionString, service));
    }

    [Fact]
    public async Task Azurite_stops_despite_an_open_connection_and_a_half_sent_request()
    {
        await using var azurite = new StoredAzurite();
        await azurite.StartAsync();
        await new TableServiceClient(azurite.ConnectionString).CreateTableAsync("held", Cancel);
        using var request = await SendHalfAsync(azurite, "table");

        await azurite.Child.StopAsync();

        Assert.True(azurite.Child.HasExited);
    }

    private static async Task FillAsync(string connectionString)
    {
        await new QueueClient(connectionString, "held").CreateAsync(cancellationToken: Cancel);
        await new BlobContainerClient(connectionString, "held").CreateAsync(cancellationToken: Cancel);
        await new TableServiceClient(connectionString).CreateTableAsync("held", Cancel);
        var table = new TableClient(connectionString, "filling");
        await table.CreateAsync(Cancel);
        var text = new string('x', 30_000);
        foreach (var some in Enumerable.Range(0, 140).Chunk(70))
            await table.SubmitTransactionAsync(some.Select(i => new TableTransactionAction(TableTransactionActionType.Add, new TableEntity("p", $"{i}") { ["Text"] = text })), Cancel);
    }

    private static Task<HeldRequest> SendHalfAsync(StoredAzurite azurite, string service)
    {
        var expires = TimeProvider.System.GetUtcNow().AddHours(1);
        return service switch
        {
            "table" => SendHalfBatchAsync(azurite),
            "queue" => HeldRequest.SendHalfAsync(
                With(new QueueClient(azurite.ConnectionString, "held").GenerateSasUri(QueueSasPermissions.Add, expires), "/messages"), "POST", ["Content-Type: application/xml"],
                "<QueueMessage><MessageText>aGVsbG8=</MessageText></QueueMessage>", Cancel),
            _ => HeldRequest.SendHalfAsync(
                new BlobContainerClient(azurite.ConnectionString, "held").GetBlobClient("one").GenerateSasUri(BlobSasPermissions.Create | BlobSasPermissions.Write, expires), "PUT",
                ["Content-Type: text/plain", "x-ms-blob-type: BlockBlob"], "hello, hello", Cancel),
        };
    }

    /// <summary>Signed with Shared Key Lite: "Authorize with Shared Key" of the Azure Storage REST API, the form for tables.</summary>
    private static Task<HeldRequest> SendHalfBatchAsync(StoredAzurite azurite)
    {
        var settings = azurite.ConnectionString.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split('=', 2)).ToDictionary(part => part[0], part => part[1]);
        var (account, endpoint) = (settings["AccountName"], settings["TableEndpoint"]);
        var date = TimeProvider.System.GetUtcNow().ToString("R", CultureInfo.InvariantCulture);
        var signature = HMACSHA256.HashData(Convert.FromBase64String(settings["AccountKey"]), Encoding.UTF8.GetBytes($"{date}\n/{account}/{account}/$batch"));
        return HeldRequest.SendHalfAsync(
            new Uri($"{endpoint}/$batch"),
            "POST",
            [
                $"x-ms-date: {date}", "x-ms-version: 2021-12-02", "DataServiceVersion: 3.0", "Content-Type: multipart/mixed; boundary=batch_1",
                $"Authorization: SharedKeyLite {account}:{Convert.ToBase64String(signature)}",
            ],
            Batch(endpoint),
            Cancel);
    }

    private static string Batch(string endpoint) => string.Join("\r\n",
    [
        "--batch_1", "Content-Type: multipart/mixed; boundary=changeset_1", "",
        .. Enumerable.Range(0, Rows).SelectMany(i => (string[])
        [
            "--changeset_1", "Content-Type: application/http", "Content-Transfer-Encoding: binary", "",
            $"POST {endpoint}/held HTTP/1.1", "Accept: application/json;odata=minimalmetadata", "Content-Type: application/json", "Prefer: return-no-content", "DataServiceVersion: 3.0;", "",
            $$"""{"PartitionKey":"p","RowKey":"{{i}}"}""", "",
        ]),
        "--changeset_1--", "--batch_1--", "",
    ]);

    private static Uri With(Uri address, string path) => new UriBuilder(address) { Path = address.AbsolutePath + path }.Uri;

    /// <summary>Whatever was sent before this is answered has been read.</summary>
    private static async Task TakenInAsync(StoredAzurite azurite)
    {
        await new QueueServiceClient(azurite.ConnectionString).GetPropertiesAsync(Cancel);
        await new BlobServiceClient(azurite.ConnectionString).GetPropertiesAsync(Cancel);
        await new TableServiceClient(azurite.ConnectionString).GetPropertiesAsync(Cancel);
    }

    private static async Task<int> CountAsync(string connectionString, string service) => service switch
    {
        "table" => await new TableClient(connectionString, "held").QueryAsync<TableEntity>(cancellationToken: Cancel).CountAsync(Cancel),
        "queue" => (await new QueueClient(connectionString, "held").PeekMessagesAsync(10, Cancel)).Value.Length,
        _ => await new BlobContainerClient(connectionString, "held").GetBlobsAsync(cancellationToken: Cancel).CountAsync(Cancel),
    };
}
