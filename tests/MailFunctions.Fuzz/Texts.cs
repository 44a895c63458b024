using System.Text;

namespace MailFunctions.Fuzz;

/// <summary>What a case makes its choices with.</summary>
internal static class Texts
{
    public static T Pick<T>(this Random random, IReadOnlyList<T> from) => from[random.Next(from.Count)];

    /// <param name="percent">How often it is true.</param>
    public static bool Chance(this Random random, int percent) => random.Next(100) < percent;

    public static byte[] Octets(this Random random, int most)
    {
        var octets = new byte[random.Next(most + 1)];
        random.NextBytes(octets);
        return octets;
    }

    /// <summary>Cuts, doubles, moves and replaces parts of a text.</summary>
    public static string Mutate(this Random random, string text, string alphabet, int times)
    {
        var mutated = new StringBuilder(text);
        for (var i = 0; i < times && mutated.Length > 0; i++)
        {
            var (at, length) = (random.Next(mutated.Length), random.Next(1, 12));
            length = Math.Min(length, mutated.Length - at);
            switch (random.Next(4))
            {
                case 0:
                    mutated.Remove(at, length);
                    break;
                case 1:
                    mutated.Insert(random.Next(mutated.Length), mutated.ToString(at, length));
                    break;
                case 2:
                    mutated[at] = random.Pick(alphabet.ToCharArray());
                    break;
                default:
                    mutated.Insert(at, random.Pick(alphabet.ToCharArray()));
                    break;
            }
        }

        return mutated.ToString();
    }
}
