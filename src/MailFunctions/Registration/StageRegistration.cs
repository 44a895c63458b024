using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace MailFunctions.Registration;

internal static class StageRegistration
{
    /// <summary>
    /// Registers a singleton whose only constructor may be internal. A public class needs one when it takes internal types,
    /// and the container itself does not call it.
    /// </summary>
    public static IServiceCollection AddStage<T>(this IServiceCollection services)
        where T : class
    {
        var constructor = typeof(T).GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Single();
        var parameters = constructor.GetParameters();
        return services.AddSingleton(provider =>
            (T)constructor.Invoke(BindingFlags.DoNotWrapExceptions, binder: null, [.. parameters.Select(parameter => provider.GetRequiredService(parameter.ParameterType))], culture: null));
    }
}
