using System.Security.Cryptography;

namespace MailFunctions.Simulation.Scheduling;

/// <summary>Random octets that a seed repeats.</summary>
internal sealed class SeededOctets(int seed) : RandomNumberGenerator
{
    private readonly Random _random = new(seed);

    public override void GetBytes(byte[] data) => _random.NextBytes(data);

    public override void GetBytes(Span<byte> data) => _random.NextBytes(data);
}
