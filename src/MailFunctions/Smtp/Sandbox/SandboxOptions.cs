using MailFunctions.Mail;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace MailFunctions.Smtp.Sandbox;

/// <summary>Section <c>MailFunctions:Sandbox</c>: keeps mail of a test environment from reaching any other recipients.</summary>
internal sealed class SandboxOptions
{
    public const string Section = "MailFunctions:Sandbox";

    /// <summary>Default false.</summary>
    public bool Enabled { get; set; }

    /// <summary>
    /// The recipients that really get mail: addresses (<c>me@example.com</c>), domains (<c>example.com</c>, without
    /// subdomains), or <c>*</c> for anyone. Default: none.
    /// </summary>
    public IList<string> Allow { get; } = [];

    /// <summary>The address that gets a mail in place of all its other recipients. Default: none, they are not mailed.</summary>
    public string? DivertTo { get; set; }

    internal static void Bind(IConfigurationSection section, SandboxOptions options)
    {
        options.Enabled = section.GetValue<bool>(nameof(Enabled));
        options.DivertTo = section[nameof(DivertTo)];
        foreach (var entry in AddressList.EntriesOf(section.GetSection(nameof(Allow))))
            options.Allow.Add(entry);
    }
}

/// <summary>
/// Refuses settings that leave in doubt whether the sandbox is meant to be on: the start fails before a
/// mail is sent to a customer.
/// </summary>
internal sealed class SandboxOptionsValidator(IConfigurationSection section) : IValidateOptions<SandboxOptions>
{
    private static readonly string[] Known = [nameof(SandboxOptions.Enabled), nameof(SandboxOptions.Allow), nameof(SandboxOptions.DivertTo)];

    public ValidateOptionsResult Validate(string? name, SandboxOptions options)
    {
        var errors = new List<string>();
        if (!string.IsNullOrEmpty(section.Value))
            errors.Add($"{section.Path} is a section and takes no value: set {section.Path}:Enabled to true or false.");
        var children = section.GetChildren().Select(child => child.Key).ToList();
        errors.AddRange(children.Except(Known, StringComparer.OrdinalIgnoreCase).Select(child => $"{section.Path}:{child} is no setting: known are {string.Join(", ", Known)}."));
        if (children.Count > 0 && string.IsNullOrWhiteSpace(section[nameof(SandboxOptions.Enabled)]))
            errors.Add($"{section.Path}:Enabled is not set, and others of the section are: it takes true or false.");

        if (!AddressList.TryParse(options.Allow, out _, out var faults))
            errors.AddRange(faults.Select(fault => $"{section.Path}:Allow: {fault}"));
        if (options.DivertTo is { Length: > 0 } divertTo && SandboxRules.MailboxOf(divertTo) is null)
            errors.Add($"{section.Path}:DivertTo is '{divertTo}': it takes one address (inbox@example.com) that is not at {TestAddress.Domain}.");
        return errors.Count > 0 ? ValidateOptionsResult.Fail(errors) : ValidateOptionsResult.Success;
    }
}
