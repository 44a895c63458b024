using MailFunctions.Tests.Docs;
using MailFunctions.Trust;

namespace MailFunctions.Tests.Trust;

public sealed class ApiKeyTextTests
{
    [Fact]
    public void A_key_is_read_as_it_was_made_and_no_two_are_alike()
    {
        var keys = Enumerable.Range(0, 100).Select(_ => ApiKeyText.New()).ToList();

        Assert.All(keys, key =>
        {
            Assert.True(ApiKeyText.TryParse(key.Reveal(), out var read));
            Assert.Equal(key, read);
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
    public void What_is_no_key_is_refused_before_storage_is_asked(string? text) => Assert.False(ApiKeyText.TryParse(text, out _));

    [Fact]
    public void Written_by_accident_it_does_not_show_its_secret()
    {
        var key = ApiKeyText.New();

        Assert.DoesNotContain(key.Secret, $"{key}", StringComparison.Ordinal);
        Assert.Contains(key.Id, $"{key}", StringComparison.Ordinal);
    }

    [Fact]
    public void Secrets_are_compared_in_constant_time_also_for_an_id_that_nobody_has() =>
        Assert.Contains("CryptographicOperations.FixedTimeEquals(given.Hash(), key?.Hash ?? Nobody)", RepositoryFile.Read("src/MailFunctions/Trust/ApiKeys.cs"), StringComparison.Ordinal);
}
