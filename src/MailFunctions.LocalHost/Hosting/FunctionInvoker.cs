using System.Reflection;

namespace MailFunctions.LocalHost.Hosting;

/// <summary>Runs a function as the isolated worker does: a new instance of its class, in a scope of its own.</summary>
internal sealed class FunctionInvoker(IServiceScopeFactory scopes)
{
    /// <param name="input">The value of the trigger parameter.</param>
    /// <param name="routeValues">The values of parameters that are strings.</param>
    /// <returns>What the function returned; null for none.</returns>
    /// <remarks>Throws what the function throws.</remarks>
    public async Task<object?> InvokeAsync(
        Function function, object input, RouteValueDictionary? routeValues, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var instance = ActivatorUtilities.CreateInstance(scope.ServiceProvider, function.Method.DeclaringType!);
        try
        {
            var arguments = function.Method.GetParameters().Select(parameter => Bind(parameter, input, routeValues, cancellationToken)).ToArray();
            var returned = function.Method.Invoke(instance, BindingFlags.DoNotWrapExceptions, binder: null, arguments, culture: null);
            return await UnwrapAsync(returned);
        }
        finally
        {
            if (instance is IAsyncDisposable asyncDisposable)
                await asyncDisposable.DisposeAsync();
            else
                (instance as IDisposable)?.Dispose();
        }
    }

    private static object? Bind(ParameterInfo parameter, object input, RouteValueDictionary? routeValues, CancellationToken cancellationToken)
    {
        if (parameter.ParameterType == typeof(CancellationToken))
            return cancellationToken;
        return parameter.ParameterType == typeof(string)
            ? routeValues?[parameter.Name!]?.ToString()
            : input;
    }

    private static async Task<object?> UnwrapAsync(object? returned)
    {
        if (returned is not Task task)
            return returned;
        await task;
        return task.GetType().GetProperty(nameof(Task<object>.Result))?.GetValue(task);
    }
}
