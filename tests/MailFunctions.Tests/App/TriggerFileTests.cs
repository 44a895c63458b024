using MailFunctions.Keys;
using MailFunctions.Keys.Callers;
using MailFunctions.Maintenance.Timers;
using MailFunctions.Storage;

namespace MailFunctions.Tests.App;

/// <summary>The trigger files are a table of contents: both hosts run them, and neither finds logic in them.</summary>
public sealed class TriggerFileTests
{
    public static TheoryData<string> Names => [.. TriggerFile.All.Select(file => file.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_trigger_file_is_short_and_holds_one_function_and_its_twin(string name)
    {
        var file = TriggerFile.All.Single(file => file.Name == name);
        var hasTwin = file.AuthorizationLevel == "Function";

        Assert.True(file.Lines < (hasTwin ? 40 : 25), $"{name} has {file.Lines} lines.");
        Assert.Equal(hasTwin ? [$"nameof({name})", $"\"Keyed\" + nameof({name})"] : [$"nameof({name})"], file.Functions);
        Assert.Equal(file.Functions.Count, file.Triggers.Count);
        Assert.Contains($"public sealed class {name}(", file.Text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_trigger_file_names_neither_host(string name)
    {
        var text = TriggerFile.All.Single(file => file.Name == name).Text;

        Assert.DoesNotContain("Microsoft.Azure.Functions", text, StringComparison.Ordinal);
        Assert.DoesNotContain("LocalHost", text, StringComparison.Ordinal);
        Assert.DoesNotContain("#if", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_queue_has_exactly_one_trigger_and_each_queue_trigger_a_queue_that_is_created()
    {
        var triggered = TriggerFile.All.Select(file => file.Queue).OfType<string>();

        Assert.Equal(StorageNames.Queues.Order(), triggered.Order());
    }

    [Fact]
    public void Only_health_documentation_and_Resend_triggers_are_open_without_a_function_key()
    {
        // A twin follows its call in the same file; its level is held against its route below.
        var open = TriggerFile.All.Where(file => file.AuthorizationLevel is not (null or "Function")).ToList();

        Assert.Equal(["Health", "ReadOpenApi", "ShowDocs", "ShowUnsubscribe", "Unsubscribe"], open.Where(file => !file.Services.Contains("ResendEndpoints")).Select(file => file.Name));
        Assert.Equal(5, open.Count(file => file.Services.Contains("ResendEndpoints")));
        Assert.Equal(open.Count(file => file.Services.Contains("ResendEndpoints")), TriggerFile.All.Count(file => file.Services.Contains("ResendEndpoints")));
    }

    [Fact]
    public void Every_trigger_is_one_that_these_tests_can_read()
    {
        foreach (var file in TriggerFile.All)
        {
            var read = file.Triggers.Distinct().Single() switch
            {
                "Http" => file.AuthorizationLevel,
                "Queue" => file.Queue,
                _ => file.Schedule,
            };
            Assert.True(read is not null, $"The trigger of {file.Name} is written in another way than the others.");
        }
    }

    /// <summary>The host checks no function key of a twin, so it has to mark that, or it would be open to all.</summary>
    [Fact]
    public void Every_twin_is_its_call_below_keyed_and_marks_that_an_API_key_alone_admits()
    {
        var calls = TriggerFile.All.Where(file => file.AuthorizationLevel == "Function").ToList();

        Assert.NotEmpty(calls);
        Assert.All(calls, file =>
        {
            var (_, method, route) = file.Routes[0];
            Assert.Equal([("Function", method, route), ("Anonymous", method, $"{ApiCall.KeyedPrefix}{route}")], file.Routes);
            var twin = file.Text[file.Text.IndexOf("RunKeyedAsync", StringComparison.Ordinal)..];
            Assert.Matches(@"=>\s+RunAsync\(request\.WithKeyAlone\(\), [^;]*\);\s*}\s*\z", twin);
            Assert.Contains($"(nameof({file.Name}), request, ", file.Text, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void The_table_of_calls_is_that_of_the_triggers()
    {
        var triggers = TriggerFile.All.Where(file => file.AuthorizationLevel == "Function" || file.Services.Contains("ResendEndpoints"))
            .Select(file => $"{file.Name} {file.Routes[0].Method} {file.Routes[0].Route}");

        Assert.Equal(triggers.Order(StringComparer.Ordinal), ApiCalls.All.Select(call => $"{call.Name} {call.Method} {call.Route}").Order(StringComparer.Ordinal));
        Assert.All(ApiCalls.All, call => Assert.NotEqual(Rights.None, call.Right));
    }

    [Fact]
    public void Every_timer_can_be_run_by_call()
    {
        var timers = TriggerFile.All.Where(file => file.Schedule is not null).ToList();

        Assert.Equal(timers.Select(file => file.Name).Order(), typeof(TimerNames).GetFields().Select(field => (string)field.GetRawConstantValue()!).Order());
        Assert.All(timers, file => Assert.Contains($"TimerNames.{file.Name}, ", file.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void A_schedule_has_six_fields()
    {
        var schedules = TriggerFile.All.Select(file => file.Schedule).OfType<string>().ToList();

        Assert.NotEmpty(schedules);
        Assert.All(schedules, schedule => Assert.Equal(6, schedule.Split(' ').Length));
    }
}
