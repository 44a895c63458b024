namespace MailFunctions.TestPeers.Storage;

/// <summary>The parts of a connection string: who, the key, and where each service is.</summary>
internal sealed record StorageAccount(string Name, string Key, IReadOnlyDictionary<StorageService, Uri> Endpoints)
{
    /// <summary>Azurite's published account: no secret.</summary>
    private const string Azurite =
        "AccountName=devstoreaccount1;AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;"
        + "BlobEndpoint=http://127.0.0.1:10000/devstoreaccount1;QueueEndpoint=http://127.0.0.1:10001/devstoreaccount1;TableEndpoint=http://127.0.0.1:10002/devstoreaccount1";

    public static StorageAccount Parse(string connectionString)
    {
        if (connectionString.TrimEnd(';').Equals("UseDevelopmentStorage=true", StringComparison.OrdinalIgnoreCase))
            return Parse(Azurite);
        var settings = connectionString
            .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(setting => setting.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        return new StorageAccount(
            settings["AccountName"],
            settings["AccountKey"],
            Enum.GetValues<StorageService>().ToDictionary(service => service, service => new Uri(settings[$"{service}Endpoint"])));
    }

    public override string ToString() =>
        $"DefaultEndpointsProtocol=http;AccountName={Name};AccountKey={Key};"
        + string.Join(';', Endpoints.Select(endpoint => $"{endpoint.Key}Endpoint={endpoint.Value.ToString().TrimEnd('/')}"));
}
