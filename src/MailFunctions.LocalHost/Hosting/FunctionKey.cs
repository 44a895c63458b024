using System.Security.Cryptography;
using System.Text;

namespace MailFunctions.LocalHost.Hosting;

/// <summary>The key that functions above level Anonymous require, in header x-functions-key or in query value code.</summary>
internal sealed class FunctionKey(string key)
{
    private readonly byte[] _hash = Hash(key);

    public bool IsGivenBy(HttpRequest request) =>
        IsKey(request.Headers["x-functions-key"]) || IsKey(request.Query["code"]);

    /// <summary>Compares hashes, in constant time, so that the time reveals neither content nor length.</summary>
    private bool IsKey(string? given) => given is not null && CryptographicOperations.FixedTimeEquals(_hash, Hash(given));

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
