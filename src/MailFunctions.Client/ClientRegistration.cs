using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace MailFunctions.Client;

public static class ClientRegistration
{
    /// <summary>The name under which <see cref="IHttpClientFactory"/> knows the client's connections.</summary>
    public const string HttpClientName = "MailFunctions";

    /// <summary>
    /// Registers <see cref="MailFunctionsClient"/>, once for all of the program. Options are validated when the host
    /// starts, or else at first use.
    /// </summary>
    /// <returns>What handlers and settings of the connections can be added to.</returns>
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
            // A redirect would take the function key along.
            .UseSocketsHttpHandler((handler, _) => handler.AllowAutoRedirect = false);
    }
}
