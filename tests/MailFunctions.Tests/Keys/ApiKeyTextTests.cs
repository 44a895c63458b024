using System.Security.Cryptography;
using MailFunctions.Keys;
using MailFunctions.Tests.Docs;

namespace MailFunctions.Tests.Keys;

public sealed class ApiKeyTextTests
{
    private static readonly byte[] CheckKey = RandomNumberGenerator.GetBytes(ApiKeyText.CheckKeyBytes);

    [Fact]
    public void A_key_is_read_as_it_was_made_and_no_two_are_alike()
    {
        var keys = Enumerable.Range(0, 100).Select(i => i % 2 == 0 ? ApiKeyText.New(CheckKey) : ApiKeyText.NewWithoutCheck()).ToList();

        Assert.All(keys, key =>
        {
            Assert.True(ApiKeyText.TryParse(key.Reveal(), out var read));
            Assert.Equal(key, read);
            Assert.Equal(key.HasCheck, read.IsMadeUnder(CheckKey));
        });
        Assert.Equal(100, keys.Select(key => key.Secret).Distinct().Count());
        Assert.Equal(100, keys.Select(key => key.Id).Distinct().Count());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("re_123")]
    [InlineData("mf_abcdefghijkl_")]
    [InlineData("mf_abcdefghijkl_012345678901234567890123456789012345678901")]
    [InlineData("mf_abcdefghijkl_01234567890123456789012345678901234567890123")]
    [InlineData("mf_ABCDEFGHIJKL_0123456789012345678901234567890123456789012")]
    [InlineData("mf_abcdefghij/'_0123456789012345678901234567890123456789012")]
    [InlineData("mf_abcdefghijkl-0123456789012345678901234567890123456789012")]
    [InlineData("mf_abcdefghijkl_01234567890123456789012345678901234567890+/")]
    [InlineData("mf_abcdefghijkl_01234567890123456789012345678901234567890120123456789012345678")]
    [InlineData("mf_abcdefghijkl_0123456789012345678901234567890123456789012012345678901234567890")]
    [InlineData("mf_abcdefghijkl_01234567890123456789012345678901234567890120123456789012345678+")]
    [InlineData("mf_abcdefghijkl_0123456789012345678901234567890123456789012                    ")]
    public void A_malformed_key_is_refused_before_storage_is_read(string? text) =>
        Assert.False(ApiKeyText.TryParse(text, out var key) && !(key.HasCheck && !key.IsMadeUnder(CheckKey)));

    [Fact]
    public void A_check_fits_one_key_of_one_account_alone()
    {
        var (key, other) = (ApiKeyText.New(CheckKey), ApiKeyText.New(CheckKey));

        Assert.True(key.IsMadeUnder(CheckKey));
        Assert.False(key.IsMadeUnder(RandomNumberGenerator.GetBytes(ApiKeyText.CheckKeyBytes)));
        Assert.False((key with { Id = other.Id }).IsMadeUnder(CheckKey));
        Assert.False((key with { Secret = other.Secret }).IsMadeUnder(CheckKey));
        Assert.False((key with { Check = other.Check }).IsMadeUnder(CheckKey));
        Assert.All(Enumerable.Range(0, key.Check.Length), at =>
            Assert.False((key with { Check = $"{key.Check[..at]}{(key.Check[at] == 'A' ? 'B' : 'A')}{key.Check[(at + 1)..]}" }).IsMadeUnder(CheckKey)));
    }

    [Fact]
    public void A_formatted_key_does_not_show_its_secret()
    {
        var key = ApiKeyText.New(CheckKey);

        Assert.DoesNotContain(key.Secret, $"{key}", StringComparison.Ordinal);
        Assert.DoesNotContain(key.Check, $"{key}", StringComparison.Ordinal);
        Assert.Contains(key.Id, $"{key}", StringComparison.Ordinal);
    }

    [Fact]
    public void Secrets_are_compared_in_constant_time_even_for_an_unknown_id() =>
        Assert.Contains("CryptographicOperations.FixedTimeEquals(given.Hash(), key?.Hash ?? UnknownKey)", RepositoryFile.Read("src/MailFunctions/Keys/ApiKeys.cs"), StringComparison.Ordinal);
}
