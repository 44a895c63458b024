using MailFunctions.Keys;

namespace MailFunctions.Tests.Keys;

public sealed class FirstKeyTests
{
    private const string Hash = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";

    [Theory]
    [InlineData("all")]
    [InlineData("send")]
    [InlineData("send,keys,read_own")]
    public void The_value_that_is_made_is_of_the_key_that_is_shown(string words)
    {
        var rights = RightNames.Parse(words);

        var (key, value) = FirstKey.Make(rights);

        Assert.True(ApiKeyText.TryParse(key, out var text));
        Assert.True(FirstKey.TryParse(value, out var first));
        Assert.Equal((text.Id, rights), (first.Id, first.Rights));
        Assert.Equal(text.Hash(), first.Hash);
        Assert.False(text.HasCheck);
        Assert.DoesNotContain(text.Secret, value, StringComparison.Ordinal);
        Assert.NotEqual(key, FirstKey.Make(rights).Key);
    }

    [Fact]
    public void The_command_takes_words_for_rights_and_refuses_others()
    {
        Assert.True(FirstKey.TryParse(ApiKeyAdministration.MakeFirst(["send", "keys"]).Value, out var some));
        Assert.True(FirstKey.TryParse(ApiKeyAdministration.MakeFirst([]).Value, out var all));

        Assert.Equal((Rights.Send | Rights.Keys, Rights.All), (some.Rights, all.Rights));
        Assert.Throws<ArgumentException>(() => ApiKeyAdministration.MakeFirst(["sned"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("abcdefghij01")]
    [InlineData($"abcdefghij01:{Hash}:")]
    [InlineData($"abcdefghij01:{Hash}:sned")]
    [InlineData($"abcdefghij01:{Hash}:send:keys")]
    [InlineData($"ABCDEFGHIJ01:{Hash}")]
    [InlineData("abcdefghij01:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")]
    [InlineData("abcdefghij01:47DEQpj8HBSa")]
    [InlineData("mf_abcdefghij01_47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU")]
    public void Another_value_is_refused_at_the_start_without_being_quoted(string value)
    {
        Assert.False(FirstKey.TryParse(value, out _));

        var result = new FirstKeyOptionsValidator().Validate(null, new FirstKeyOptions { FirstKey = value });
        Assert.Equal(value.Length > 0, result.Failed);
        if (value.Length > 0)
            Assert.DoesNotContain(value, result.FailureMessage, StringComparison.Ordinal);
    }
}
