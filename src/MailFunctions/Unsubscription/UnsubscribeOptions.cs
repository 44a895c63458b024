using System.Text.RegularExpressions;
using MailFunctions.Mail;
using Microsoft.Extensions.Options;

namespace MailFunctions.Unsubscription;

/// <summary>Section <c>MailFunctions:Unsubscribe</c>: the page of unsubscribe links, and an address beside them.</summary>
internal sealed class UnsubscribeOptions
{
    public const string Section = "MailFunctions:Unsubscribe";

    /// <summary>
    /// The address to which a recipient may write instead, as in <c>leave@example.com</c>; a person or a program has to read what arrives there.
    /// Default: none.
    /// </summary>
    public string? Mailto { get; set; }

    /// <summary>The name in the title of the page, such as a company's; at most 100 characters. Default: none.</summary>
    public string? Name { get; set; }

    /// <summary>The colour of the button: <c>#</c> and six hexadecimal digits. Default: #1a56db.</summary>
    public string Color { get; set; } = "#1a56db";

    /// <summary>
    /// The language of the page for a browser that asks for none of those it has: <c>en</c>, <c>de</c>, <c>fr</c>, <c>es</c> or
    /// <c>zh</c>. Default: en.
    /// </summary>
    public string Language { get; set; } = PageLanguages.English;
}

internal sealed partial class UnsubscribeOptionsValidator : IValidateOptions<UnsubscribeOptions>
{
    private const int MaxName = 100;

    public ValidateOptionsResult Validate(string? name, UnsubscribeOptions options)
    {
        string[] faults = [.. FaultsOf(options)];
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> FaultsOf(UnsubscribeOptions options)
    {
        if (options.Mailto is { Length: > 0 } mailto && !(AddressParser.TryParse(mailto, out var address, out _) && address.DisplayName.Length == 0 && !address.NeedsSmtpUtf8))
            yield return $"{UnsubscribeOptions.Section}:Mailto is '{mailto}': it takes an address alone, such as leave@example.com, in ASCII.";
        if (options.Name is { Length: > MaxName } || options.Name?.Any(char.IsControl) == true)
            yield return $"{UnsubscribeOptions.Section}:Name takes at most {MaxName} characters, none of them a control character.";
        if (!Color().IsMatch(options.Color))
            yield return $"{UnsubscribeOptions.Section}:Color is '{options.Color}': it takes # and six hexadecimal digits, such as #1a56db.";
        if (!PageLanguages.All.ContainsKey(options.Language))
            yield return $"{UnsubscribeOptions.Section}:Language is '{options.Language}': it takes {string.Join(", ", PageLanguages.All.Keys.Order(StringComparer.Ordinal))}.";
    }

    [GeneratedRegex("^#[0-9A-Fa-f]{6}\\z")]
    private static partial Regex Color();
}
