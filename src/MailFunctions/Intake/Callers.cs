using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Data.Tables;
using MailFunctions.Storage;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Intake;

/// <summary>
/// Tells callers apart by the function key that they came with, of which only a keyed hash is ever kept or written. The
/// hash's own key is made once and kept in the table Progress.
/// </summary>
/// <remarks>Whether the key is right has been decided by the host by now.</remarks>
internal sealed class Callers(StorageClients storage)
{
    private const string Partition = "secret";
    private const string Row = "caller-hash";
    private const string Property = "value";
    private const int SecretBytes = 32;
    private const int ScopeBytes = 15;

    private readonly TableClient _progress = storage.Table(StorageNames.ProgressTable);
    private byte[]? _secret;

    /// <summary>20 characters of the base64url alphabet: the same for the same key, and nothing else about it.</summary>
    public async Task<string> ScopeOfAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var key = request.Headers[ApiHeaders.FunctionKey].ToString() is { Length: > 0 } header ? header : request.Query["code"].ToString();
        return Hash(_secret ??= await SecretAsync(cancellationToken), key);
    }

    internal static string Hash(byte[] secret, string key) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(key)).AsSpan(0, ScopeBytes));

    private async Task<byte[]> SecretAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var found = await _progress.GetEntityIfExistsAsync<TableEntity>(Partition, Row, cancellationToken: cancellationToken);
            if (found.HasValue)
                return found.Value!.GetBinary(Property);
            try
            {
                await _progress.AddEntityAsync(new TableEntity(Partition, Row) { [Property] = RandomNumberGenerator.GetBytes(SecretBytes) }, cancellationToken);
            }
            catch (RequestFailedException taken) when (taken.Status == 409)
            {
                // Another instance was first, or our own write whose answer was lost: what stands counts.
            }
        }
    }
}
