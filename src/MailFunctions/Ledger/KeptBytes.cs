using Microsoft.Extensions.Caching.Memory;

namespace MailFunctions.Ledger;

/// <summary>Keeps blobs in the process's memory for a while, since the mails of a batch come one after the other.</summary>
internal sealed class KeptBytes : IDisposable
{
    /// <summary>The most bytes in total.</summary>
    private const int Most = 64 * 1024 * 1024;

    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(2);

    private readonly MemoryCache _kept = new(new MemoryCacheOptions { SizeLimit = Most });

    /// <param name="name">Always names the same bytes.</param>
    public async Task<ReadOnlyMemory<byte>> GetAsync(string name, Func<Task<ReadOnlyMemory<byte>>> read)
    {
        if (_kept.TryGetValue(name, out ReadOnlyMemory<byte> bytes))
            return bytes;

        bytes = await read();
        return _kept.Set(name, bytes, new MemoryCacheEntryOptions { Size = Math.Max(1, bytes.Length), SlidingExpiration = KeptFor });
    }

    public void Dispose() => _kept.Dispose();
}
