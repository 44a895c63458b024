using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace MailFunctions.Client;

public static class ClientRegistration
{
    /// <summary>The name of the client's connections in <see cref="IHttpClientFactory"/>.</summary>
    public const string HttpClientName = "MailFunctions";

    /// <summary>
    /// Registers <see cref="MailFunctionsClient"/> as a singleton. Options are validated when the host starts,
    /// or otherwise at first use.
    /// </summary>
    /// <returns>The builder for handlers and settings of the connections.</returns>
    public static IHttpClientBuilder AddMailFunctionsClient(this IServiceCollection services, Action<MailFunctionsClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddOptions<MailFunctionsClientOptions>().Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<MailFunctionsClientOptions>, MailFunctionsClientOptionsValidator>());
        services.TryAddSingleton(provider => new MailFunctionsClient(
            () => provider.GetRequiredService<IHttpClientFactory>().CreateClient(HttpClientName),
            provider.GetRequiredService<IOptions<MailFunctionsClientOptions>>().Value,
            provider.GetService<TimeProvider>()));
        services.TryAddTransient<CallLogger>();
        return services.AddHttpClient(HttpClientName)
            .RemoveAllLoggers()
            .AddLogger<CallLogger>()
            // Each try has a time-out of its own.
            .ConfigureHttpClient(http => http.Timeout = Timeout.InfiniteTimeSpan)
            // A redirect would pass on the function key.
            .UseSocketsHttpHandler((handler, _) => handler.AllowAutoRedirect = false);
    }
}
