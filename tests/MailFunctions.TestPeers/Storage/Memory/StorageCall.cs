using Azure.Core;

namespace MailFunctions.TestPeers.Storage.Memory;

/// <summary>One request as it arrives at storage.</summary>
/// <param name="Path">Below the account, unescaped: <c>mail-bulk/messages</c>, <c>Emails(PartitionKey='a',RowKey='b')</c>.</param>
/// <param name="Query">Unescaped, by name.</param>
public sealed record StorageCall(
    StorageService Service, string Method, string Path, IReadOnlyDictionary<string, string> Query, IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body)
{
    /// <summary>What precedes <see cref="Path"/> in URLs of this account: its name and a slash, or nothing.</summary>
    internal string Root { get; init; } = "";

    internal string? Header(string name) => Headers.GetValueOrDefault(name);

    internal string? Parameter(string name) => Query.GetValueOrDefault(name);

    /// <summary>Reads the parts of an URL of the account's form on Azure: <c>https://{account}.{service}.core.windows.net/…</c>.</summary>
    internal static StorageCall Of(string method, RequestUriBuilder uri, IReadOnlyDictionary<string, string> headers, ReadOnlyMemory<byte> body) =>
        new(ServiceOf(uri.Host ?? ""), method, Unescaped(uri.Path.AsSpan().TrimStart('/')), ReadQuery(uri.Query), headers, body);

    /// <summary>Reads the target of a request in the form of an emulator: <c>/{account}/…?…</c>.</summary>
    internal static StorageCall Below(
        string account, StorageService service, string method, string target, IReadOnlyDictionary<string, string> headers, ReadOnlyMemory<byte> body)
    {
        var at = target.IndexOf('?', StringComparison.Ordinal);
        var (path, query) = at < 0 ? (target, "") : (target[..at], target[at..]);
        path = path.Length > account.Length + 1 ? path[(account.Length + 2)..] : "";
        return new(service, method, Unescaped(path), ReadQuery(query), headers, body) { Root = account + "/" };
    }

    private static StorageService ServiceOf(string host) => host.AsSpan(host.IndexOf('.', StringComparison.Ordinal) + 1) switch
    {
        var rest when rest.StartsWith("table.", StringComparison.Ordinal) => StorageService.Table,
        var rest when rest.StartsWith("queue.", StringComparison.Ordinal) => StorageService.Queue,
        var rest when rest.StartsWith("blob.", StringComparison.Ordinal) => StorageService.Blob,
        _ => throw new ArgumentException($"{host} is no host of a storage account."),
    };

    private static Dictionary<string, string> ReadQuery(string query)
    {
        var read = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var text = query.AsSpan().TrimStart('?');
        foreach (var range in text.Split('&'))
        {
            var pair = text[range];
            var at = pair.IndexOf('=');
            if (!pair.IsEmpty)
                read[Unescaped(at < 0 ? pair : pair[..at])] = at < 0 ? "" : Unescaped(pair[(at + 1)..].Contains('+') ? pair[(at + 1)..].ToString().Replace('+', ' ') : pair[(at + 1)..]);
        }

        return read;
    }

    private static string Unescaped(ReadOnlySpan<char> text) => text.Contains('%') ? Uri.UnescapeDataString(text) : text.ToString();
}
