using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace MailFunctions.Chaos;

/// <summary>Chance that is the same for the same seed, however the threads of a run are scheduled: each choice has a name of its own.</summary>
internal readonly record struct Choice(int Seed)
{
    /// <returns>From 0, below 1.</returns>
    public double Fraction(string name)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{Seed} {name}")), hash);
        return (BinaryPrimitives.ReadUInt64BigEndian(hash) >> 11) * (1.0 / (1UL << 53));
    }

    /// <returns>From 0, below <paramref name="count"/>.</returns>
    public int Below(int count, string name) => (int)(count * Fraction(name));

    public bool Happens(double probability, string name) => Fraction(name) < probability;

    public TimeSpan Between(TimeSpan least, TimeSpan most, string name) => least + ((most - least) * Fraction(name));
}
