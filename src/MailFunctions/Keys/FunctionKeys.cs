using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Data.Tables;
using MailFunctions.Mail;
using MailFunctions.Storage;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Keys;

/// <summary>
/// Distinguishes the holders of function keys by a keyed hash, which is all that is ever stored or written of such a key. The
/// key of that hash is created once and stored in the table Progress.
/// </summary>
/// <remarks>The host has already checked the function key.</remarks>
internal sealed class FunctionKeys(StorageClients storage)
{
    private const string Partition = "secret";
    private const string Row = "caller-hash";
    private const string Property = "value";
    private const int SecretBytes = 32;
    private const int ScopeBytes = 15;

    private readonly TableClient _progress = storage.Table(StorageNames.ProgressTable);
    private byte[]? _secret;

    /// <summary>
    /// Returns 20 characters of the base64url alphabet: the same for the same key, and without further information about
    /// it.
    /// </summary>
    public async Task<string> FingerprintAsync(HttpRequest request, CancellationToken cancellationToken)
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
                var secret = new byte[SecretBytes];
                Chance.Octets.GetBytes(secret);
                await _progress.AddEntityAsync(new TableEntity(Partition, Row) { [Property] = secret }, cancellationToken);
            }
            catch (RequestFailedException taken) when (taken.Status == 409)
            {
                // Another instance was first, or the answer to our own write was lost: the stored value counts.
            }
        }
    }
}
