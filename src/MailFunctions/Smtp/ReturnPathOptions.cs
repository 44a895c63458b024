using MailFunctions.Mail;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace MailFunctions.Smtp;

/// <summary>The envelope senders that stand in for those in From; section <c>MailFunctions</c>.</summary>
internal sealed class ReturnPathOptions
{
    public const string Setting = "MailFunctions:ReturnPath";

    /// <summary>
    /// The address that MAIL names, and that bounces go to, for mail from a domain, without its subdomains:
    /// <c>example.com: bounces@bounce.example.com</c>, or <c>*: …</c> for each domain without an entry of its own. Default: the
    /// address in From.
    /// </summary>
    public IList<string> ReturnPath { get; } = [];

    internal static void Bind(IConfiguration configuration, ReturnPathOptions options)
    {
        foreach (var entry in AddressList.EntriesOf(configuration.GetSection(Setting)))
        {
            foreach (var one in entry.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                options.ReturnPath.Add(one);
        }
    }
}

internal sealed class ReturnPathOptionsValidator : IValidateOptions<ReturnPathOptions>
{
    public ValidateOptionsResult Validate(string? name, ReturnPathOptions options)
    {
        ReturnPaths.Read(options, out var faults);
        return faults.Count > 0 ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
    }
}
