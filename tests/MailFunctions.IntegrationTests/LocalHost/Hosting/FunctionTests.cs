using MailFunctions.LocalHost.Hosting;
using MailFunctions.Triggers;
using Microsoft.Azure.Functions.Worker;

namespace MailFunctions.IntegrationTests.LocalHost.Hosting;

public sealed class FunctionTests
{
    [Fact]
    public void The_functions_of_the_App_are_found_each_with_its_trigger()
    {
        var functions = Function.Discover(typeof(SubmitEmail).Assembly.GetTypes()).ToDictionary(function => function.Name, function => function.Trigger);

        Assert.IsType<FunctionTrigger.Http>(functions["SubmitEmail"]);
        Assert.Equal(new FunctionTrigger.Queue("mail-transactional", "AzureWebJobsStorage"), functions["DeliverTransactional"]);
        Assert.Equal(new FunctionTrigger.Timer("0 * * * * *", RunOnStartup: false, UseMonitor: true), functions["CompileStatistics"]);
    }

    [Theory]
    [InlineData(typeof(NoTrigger), "has 0 triggers")]
    [InlineData(typeof(Unbound), "nothing binds parameter number of type Int32")]
    [InlineData(typeof(SameName), "Two functions are named Twice")]
    public void A_function_that_cannot_run_is_refused_with_the_reason(Type type, string message)
    {
        var refused = Assert.Throws<InvalidOperationException>(() => Function.Discover([type]));

        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
    }

    // Triggers are instance methods.
#pragma warning disable CA1822

    public sealed class NoTrigger
    {
        [Function("Alone")]
        public Task RunAsync(CancellationToken cancellationToken) => Task.Delay(0, cancellationToken);
    }

    public sealed class Unbound
    {
        [Function("Number")]
        public Task RunAsync([TimerTrigger("0 * * * * *")] TimerInfo timer, int number) => Task.FromResult(number);
    }

    public sealed class SameName
    {
        [Function("Twice")]
        public Task OneAsync([TimerTrigger("0 * * * * *")] TimerInfo timer) => Task.CompletedTask;

        [Function("twice")]
        public Task OtherAsync([TimerTrigger("0 * * * * *")] TimerInfo timer) => Task.CompletedTask;
    }
}
