using System.Reflection;
using Azure.Storage.Queues.Models;
using Microsoft.Azure.Functions.Worker;

namespace MailFunctions.LocalHost.Hosting;

/// <summary>A method marked with <see cref="FunctionAttribute"/>, and its trigger.</summary>
internal sealed record Function(string Name, MethodInfo Method, FunctionTrigger Trigger)
{
    /// <exception cref="InvalidOperationException">A function has not exactly one trigger, or a parameter that cannot be bound, or the name of another.</exception>
    public static IReadOnlyList<Function> Discover(IEnumerable<Type> types)
    {
        List<Function> functions = [.. types
            .Where(type => type is { IsClass: true, IsAbstract: false })
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance))
            .Where(method => method.IsDefined(typeof(FunctionAttribute)))
            .Select(Read)];

        var twice = functions.GroupBy(function => function.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1);
        return twice is null ? functions : throw new InvalidOperationException($"Two functions are named {twice.Key}.");
    }

    private static Function Read(MethodInfo method)
    {
        var name = method.GetCustomAttribute<FunctionAttribute>()!.Name;
        List<FunctionTrigger> triggers = [.. method.GetParameters().Select(parameter => ReadTrigger(name, parameter)).OfType<FunctionTrigger>()];
        if (triggers is not [var trigger])
            throw new InvalidOperationException($"Function {name} has {triggers.Count} triggers; it must have one.");
        return new Function(name, method, trigger);
    }

    private static FunctionTrigger? ReadTrigger(string function, ParameterInfo parameter)
    {
        if (parameter.GetCustomAttribute<HttpTriggerAttribute>() is { } http && parameter.ParameterType == typeof(HttpRequest))
            return new FunctionTrigger.Http(http.AuthLevel, http.Route ?? function, http.Methods ?? []);
        if (parameter.GetCustomAttribute<QueueTriggerAttribute>() is { } queue && parameter.ParameterType == typeof(QueueMessage))
            return new FunctionTrigger.Queue(queue.QueueName, queue.Connection ?? "AzureWebJobsStorage");
        if (parameter.GetCustomAttribute<TimerTriggerAttribute>() is { } timer && parameter.ParameterType == typeof(TimerInfo))
            return new FunctionTrigger.Timer(timer.Schedule, timer.RunOnStartup, timer.UseMonitor);
        // A route value, by its name, or the token that ends the run.
        if (parameter.ParameterType == typeof(string) || parameter.ParameterType == typeof(CancellationToken))
            return null;
        throw new InvalidOperationException($"Function {function}: nothing binds parameter {parameter.Name} of type {parameter.ParameterType.Name}.");
    }
}
