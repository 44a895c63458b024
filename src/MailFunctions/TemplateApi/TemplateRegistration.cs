using MailFunctions.Templates;
using Microsoft.Extensions.DependencyInjection;

namespace MailFunctions.TemplateApi;

internal static class TemplateRegistration
{
    public static IServiceCollection AddTemplates(this IServiceCollection services)
    {
        services.AddSingleton<TemplateTable>();
        services.AddSingleton<TemplateStore>();
        services.AddSingleton<TemplateCache>();
        services.AddSingleton<TemplateLoader>();
        services.AddSingleton(provider => new TemplateCalls(provider.GetRequiredService<TemplateStore>(), provider.GetRequiredService<TemplateLoader>()));
        return services;
    }
}
