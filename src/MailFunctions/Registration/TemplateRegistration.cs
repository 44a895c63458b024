using MailFunctions.Templates;
using Microsoft.Extensions.DependencyInjection;

namespace MailFunctions.Registration;

internal static class TemplateRegistration
{
    public static void AddTemplates(this IServiceCollection services)
    {
        services.AddSingleton<TemplateTable>();
        services.AddSingleton<TemplateStore>();
        services.AddSingleton<TemplateCache>();
        services.AddSingleton<TemplateLoader>();
    }
}
