using System.Security.Cryptography;
using System.Text;
using CsCheck;
using MailFunctions.Smtp.Signing;

namespace MailFunctions.Tests.Smtp.Signing;

public sealed class RelaxedFormTests
{
    /// <summary>RFC 6376 section 3.4.5, where runs of white space and empty lines go, and RFC 8463 appendix A.3 for the hash.</summary>
    [Theory]
    [InlineData(" C \r\nD \t E\r\n\r\n\r\n", " C\r\nD E\r\n")]
    [InlineData("", "")]
    [InlineData("\r\n \t\r\n\r\n", "")]
    [InlineData("no end", "no end\r\n")]
    [InlineData("end\r\n", "end\r\n")]
    [InlineData("a\r\n\r\n \r\nb\t\r\n", "a\r\n\r\n\r\nb\r\n")]
    [InlineData("a\rb\r\n", "a\rb\r\n")]
    public void A_body_is_hashed_in_its_canonical_form(string body, string canonical) =>
        Assert.Equal(SHA256.HashData(Encoding.ASCII.GetBytes(canonical)), Hash(body));

    [Fact]
    public void The_body_of_the_RFC_has_the_hash_of_the_RFC() =>
        Assert.Equal("2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=", Convert.ToBase64String(Hash("Hi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n")));

    [Fact]
    public void Where_a_body_is_cut_in_pieces_does_not_matter() => Gen.Select(
        Gen.OneOf(" ", "\t", "\r\n", "\r", "x", new string('y', 5000)).Array[0, 40].Select(parts => string.Concat(parts)),
        Gen.Int[1, 50])
        .Sample((body, piece) => Assert.Equal(Hash(body), Hash(body, piece)), iter: Samples.Few(300));

    /// <summary>RFC 6376 section 3.4.5.</summary>
    [Theory]
    [InlineData("A", " X\r\n", "a:X\r\n")]
    [InlineData("B ", " Y\t\r\n\tZ  \r\n", "b :Y Z\r\n")]
    [InlineData("Subject", "\r\n a  b\r\n", "subject:a b\r\n")]
    [InlineData("Cc", " \r\n", "cc:\r\n")]
    public void A_field_is_hashed_in_its_canonical_form(string name, string value, string canonical)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        RelaxedHeader.Append(hash, name, Encoding.ASCII.GetBytes(value), endsLine: true);

        Assert.Equal(SHA256.HashData(Encoding.ASCII.GetBytes(canonical)), hash.GetHashAndReset());
    }

    private static byte[] Hash(string body, int piece = int.MaxValue)
    {
        using var hashing = new RelaxedBody();
        foreach (var part in Encoding.ASCII.GetBytes(body).Chunk(piece))
            hashing.Write(part);
        return hashing.Finish();
    }
}
