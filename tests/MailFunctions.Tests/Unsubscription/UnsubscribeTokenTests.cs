using System.Buffers.Text;
using CsCheck;
using MailFunctions.Mail;
using MailFunctions.Unsubscription;

namespace MailFunctions.Tests.Unsubscription;

/// <summary>A token says what one key has sealed, and any other text says nothing.</summary>
public sealed class UnsubscribeTokenTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly UnsubscribeKey Key = KeyOf(1, 7);

    private static readonly Gen<Subscription> Subscriptions = Gen.Select(
        Gen.String[Gen.Char["abcäé日+._"], 1, 20], Gen.String[Gen.Char["abc_-9"], 0, TopicName.MaxChars], Gen.Int[0, 1_000_000],
        (local, topic, second) => new Subscription($"{local}@example.com", topic.Length == 0 ? null : topic, EmailId.Mint(Now.AddSeconds(second))[0]));

    [Fact]
    public void A_token_says_what_was_sealed_and_is_the_same_each_time() => Subscriptions.Sample(subscription =>
    {
        var token = UnsubscribeToken.Write(Key, subscription);

        Assert.Equal(subscription, UnsubscribeToken.Read(token, Key));
        Assert.Equal(token, UnsubscribeToken.Write(KeyOf(1, 7), subscription));
        Assert.Equal((ushort)1, UnsubscribeToken.KeyOf(token));
        Assert.DoesNotContain("example", token, StringComparison.Ordinal);
    });

    [Fact]
    public void The_longest_address_and_topic_make_a_token_that_is_read()
    {
        var subscription = new Subscription($"{new string('a', 64)}@{string.Join('.', Enumerable.Repeat(new string('b', 61), 3))}.cc", new string('t', TopicName.MaxChars), EmailId.Mint(Now)[0]);

        var token = UnsubscribeToken.Write(Key, subscription);

        Assert.InRange(token.Length, 400, UnsubscribeToken.MaxChars);
        Assert.Equal(subscription, UnsubscribeToken.Read(token, Key));
    }

    [Fact]
    public void A_changed_truncated_or_longer_token_says_nothing() =>
        Gen.Select(Subscriptions, Gen.Int[0, 10_000], Gen.Int[0, 63], Gen.Int[0, 2]).Sample((subscription, at, letter, change) =>
        {
            var token = UnsubscribeToken.Write(Key, subscription);
            var damaged = change switch
            {
                0 => Replaced(token, at % token.Length, letter),
                1 => token[..(at % token.Length)],
                _ => token + Alphabet[letter],
            };

            Assert.Null(damaged == token ? null : UnsubscribeToken.Read(damaged, Key));
        });

    [Fact]
    public void A_token_of_another_key_or_version_says_nothing()
    {
        var subscription = new Subscription("ada@example.com", "news", EmailId.Mint(Now)[0]);
        var token = UnsubscribeToken.Write(Key, subscription);
        var later = Base64Url.DecodeFromChars(token);
        later[0]++;

        Assert.Null(UnsubscribeToken.Read(token, null));
        Assert.Null(UnsubscribeToken.Read(token, KeyOf(1, 8)));
        Assert.Null(UnsubscribeToken.Read(Base64Url.EncodeToString(later), Key));
        Assert.Null(UnsubscribeToken.KeyOf(Base64Url.EncodeToString(later)));
    }

    [Fact]
    public void Any_text_is_read_without_a_failure() => Gen.String[0, 800].Sample(text =>
    {
        _ = UnsubscribeToken.KeyOf(text);
        Assert.Null(UnsubscribeToken.Read(text, Key));
    });

    [Fact]
    public void Two_mails_to_one_recipient_have_different_nonces()
    {
        var tokens = EmailId.Mint(Now, 100).Select(id => UnsubscribeToken.Write(Key, new Subscription("ada@example.com", null, id)));

        Assert.Equal(100, tokens.Select(token => token[4..20]).Distinct().Count());
    }

    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private static string Replaced(string token, int at, int letter) => $"{token[..at]}{Alphabet[letter]}{token[(at + 1)..]}";

    private static UnsubscribeKey KeyOf(ushort number, byte secret) => new(number, [.. Enumerable.Repeat(secret, UnsubscribeKey.SecretBytes)], DateTimeOffset.UnixEpoch);
}
