using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace MailFunctions.Client.Identity;

public static class IdentityRegistration
{
    /// <summary>
    /// Makes ASP.NET Core Identity send its mails through <see cref="MailFunctionsClient"/>, which AddMailFunctionsClient
    /// registers. The last sender that is registered for <typeparamref name="TUser"/> is used.
    /// </summary>
    public static IServiceCollection AddMailFunctionsIdentityEmails<TUser>(this IServiceCollection services, Action<IdentityEmailOptions> configure)
        where TUser : class
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddOptions<IdentityEmailOptions>()
            .Configure(configure)
            .Validate(options => options.From.Length > 0, "IdentityEmailOptions.From is missing: it is the sender, as in Shop <accounts@example.com>.")
            .Validate(options => options.Compose is not null, "IdentityEmailOptions.Compose is null: leave it out for English mails.")
            .ValidateOnStart();
        return services.AddTransient<IEmailSender<TUser>, IdentityEmailSender<TUser>>();
    }
}
