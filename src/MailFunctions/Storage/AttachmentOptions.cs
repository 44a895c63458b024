using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace MailFunctions.Storage;

/// <summary>Section <c>MailFunctions:Attachments</c>.</summary>
internal sealed class AttachmentOptions
{
    public const string Section = "MailFunctions:Attachments";

    /// <summary>
    /// The container, in the account of <c>AzureWebJobsStorage</c>, whose blobs mails may name as attachments: every caller
    /// can have any of them mailed. Default: none; mails include their attachments.
    /// </summary>
    public string? Container { get; set; }
}

internal sealed partial class AttachmentOptionsValidator : IValidateOptions<AttachmentOptions>
{
    public ValidateOptionsResult Validate(string? name, AttachmentOptions options)
    {
        if (options.Container is not { Length: > 0 } container)
            return ValidateOptionsResult.Success;
        if (IsOurs(container))
            return ValidateOptionsResult.Fail($"{AttachmentOptions.Section}:Container is '{container}', which is the app's own or the platform's: callers could have whatever is in it mailed to them.");
        return Name().IsMatch(container)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"{AttachmentOptions.Section}:Container is '{container}': a container's name has 3 to 63 lower-case letters, digits and single dashes, none of these at an end.");
    }

    /// <summary>
    /// True for containers closed to callers: others' mails, the host's keys, the running package, and the platform's logs.
    /// </summary>
    private static bool IsOurs(string container) =>
        StorageNames.PlatformContainers.Contains(container)
        || container == StorageNames.ContentContainer
        || StorageNames.PlatformContainerPrefixes.Any(prefix => container.StartsWith(prefix, StringComparison.Ordinal));

    [GeneratedRegex(@"\A(?=.{3,63}\z)[a-z0-9]+(-[a-z0-9]+)*\z")]
    private static partial Regex Name();
}
