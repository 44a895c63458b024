using MailFunctions.Domains;
using MailFunctions.Mail;
using MailFunctions.Smtp.Relays;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MailFunctions;

/// <summary>Checks a sender's domain for a person at the command line, without storage and without a host.</summary>
public static class DomainCheckup
{
    /// <exception cref="ArgumentException">The domain is none; the message is for the person who asked.</exception>
    /// <exception cref="OptionsValidationException">A setting is wrong.</exception>
    public static async Task<DomainCheckAnswer> RunAsync(IConfiguration configuration, string domain, CancellationToken cancellationToken)
    {
        if (!MailDomain.TryParse(domain.TrimEnd('.'), out var name, out var fault))
            throw new ArgumentException($"'{domain}' {fault}.", nameof(domain));
        var services = new ServiceCollection().AddSingleton(configuration).AddLogging().AddMailFunctions(configuration);
        await using var provider = services.BuildServiceProvider();
        // Without a relay, which the local host may have, all else can be said.
        if (configuration.GetSection(RelaysOptions.Section).GetChildren().Any(section => section.Key is nameof(RelaysOptions.Relay) or nameof(RelaysOptions.Relays)))
            _ = provider.GetRequiredService<IOptions<RelaysOptions>>().Value;
        return await provider.GetRequiredService<DomainChecker>().CheckAsync(name, cancellationToken);
    }
}
