using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace MailFunctions.Keys;

/// <summary>
/// The key that a deployment comes up with, made outside: <c>{id}:{hash}</c>, or <c>{id}:{hash}:{rights}</c> with commas
/// between the rights, which are all otherwise. The hash is the SHA-256 of the secret as base64url, so that only the person
/// who made the key knows it. Such a key has no check in its text: the account that makes the checks does not exist yet.
/// </summary>
internal sealed record FirstKey(string Id, byte[] Hash, Rights Rights)
{
    public const string Setting = "MailFunctions:FirstKey";

    private const int HashChars = 43;

    /// <summary>Makes a key, and the value of the setting for it.</summary>
    public static (string Key, string Value) Make(Rights rights)
    {
        var text = ApiKeyText.NewWithoutCheck();
        return (text.Reveal(), $"{text.Id}:{Base64Url.EncodeToString(text.Hash())}{(rights == Rights.All ? "" : $":{string.Join(',', RightNames.Of(rights))}")}");
    }

    public static bool TryParse(string value, [NotNullWhen(true)] out FirstKey? key)
    {
        key = null;
        var parts = value.Trim().Split(':');
        var hash = new byte[SHA256.HashSizeInBytes];
        if (parts.Length is not (2 or 3)
            || !ApiKeyText.IsId(parts[0])
            || parts[1].Length != HashChars
            || Base64Url.DecodeFromChars(parts[1], hash, out _, out var written) != OperationStatus.Done
            || written != hash.Length)
        {
            return false;
        }

        var rights = parts.Length == 2 ? Rights.All : Rights.None;
        foreach (var word in parts.Length == 3 ? parts[2].Split(',') : [])
        {
            if (!RightNames.TryParse(word.Trim(), out var right))
                return false;
            rights |= right;
        }

        key = new FirstKey(parts[0], hash, rights);
        return true;
    }

    public ApiKey ToKey(DateTimeOffset now) =>
        new() { Id = Id, Name = "first key", Hash = Hash, Rights = Rights, Limits = new KeyLimits(), CreatedAt = now, HasCheck = false };
}

internal sealed class FirstKeyOptions
{
    /// <summary>See <see cref="Keys.FirstKey"/>; null or empty for none.</summary>
    public string? FirstKey { get; set; }
}

internal sealed class FirstKeyOptionsValidator : IValidateOptions<FirstKeyOptions>
{
    public ValidateOptionsResult Validate(string? name, FirstKeyOptions options) => string.IsNullOrEmpty(options.FirstKey) || FirstKey.TryParse(options.FirstKey, out _)
        ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail($"{FirstKey.Setting} takes what 'keys make-hash' prints: an id, a hash, and optionally rights, with colons between them.");
}
