using Azure.Core;

namespace MailFunctions.TestPeers.Storage.Memory;

/// <summary>One request as it arrives at storage.</summary>
/// <param name="Path">Below the account, unescaped: <c>mail-bulk/messages</c>, <c>Emails(PartitionKey='a',RowKey='b')</c>.</param>
/// <param name="Query">Unescaped, by name.</param>
public sealed record StorageCall(
    StorageService Service, string Method, string Path, IReadOnlyDictionary<string, string> Query, IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body)
{
    internal string? Header(string name) => Headers.GetValueOrDefault(name);

    internal string? Parameter(string name) => Query.GetValueOrDefault(name);

    /// <summary>Reads the parts of an URL of the account's form on Azure: <c>https://{account}.{service}.core.windows.net/…</c>.</summary>
    internal static StorageCall Of(string method, RequestUriBuilder uri, IReadOnlyDictionary<string, string> headers, ReadOnlyMemory<byte> body) =>
        new(ServiceOf(uri.Host ?? ""), method, Uri.UnescapeDataString(uri.Path.TrimStart('/')), ReadQuery(uri.Query), headers, body);

    private static StorageService ServiceOf(string host) => host.Split('.') switch
    {
        [_, "table", ..] => StorageService.Table,
        [_, "queue", ..] => StorageService.Queue,
        [_, "blob", ..] => StorageService.Blob,
        _ => throw new ArgumentException($"{host} is no host of a storage account."),
    };

    private static Dictionary<string, string> ReadQuery(string query)
    {
        var read = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var pair in query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            var (name, value) = at < 0 ? (pair, "") : (pair[..at], pair[(at + 1)..]);
            read[Uri.UnescapeDataString(name)] = Uri.UnescapeDataString(value.Replace('+', ' '));
        }

        return read;
    }
}
