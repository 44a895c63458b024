using MailFunctions.Maintenance.Timers;
using MailFunctions.Storage;

namespace MailFunctions.Tests.App;

/// <summary>The trigger files are a table of contents: both hosts run them, and neither finds logic in them.</summary>
public sealed class TriggerFileTests
{
    public static TheoryData<string> Names => [.. TriggerFile.All.Select(file => file.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_trigger_file_is_short_and_holds_one_function_of_its_own_name(string name)
    {
        var file = TriggerFile.All.Single(file => file.Name == name);

        Assert.True(file.Lines < 25, $"{name} has {file.Lines} lines.");
        Assert.Equal([$"nameof({name})"], file.Functions);
        Assert.Single(file.Triggers);
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
        var open = TriggerFile.All.Where(file => file.AuthorizationLevel is not (null or "Function")).ToList();

        Assert.Equal(["Health", "ReadOpenApi", "ShowDocs"], open.Where(file => !file.Services.Contains("ResendEndpoints")).Select(file => file.Name));
        Assert.Equal(5, open.Count(file => file.Services.Contains("ResendEndpoints")));
        Assert.Equal(open.Count(file => file.Services.Contains("ResendEndpoints")), TriggerFile.All.Count(file => file.Services.Contains("ResendEndpoints")));
    }

    [Fact]
    public void Every_trigger_is_one_that_these_tests_can_read()
    {
        foreach (var file in TriggerFile.All)
        {
            var read = file.Triggers.Single() switch
            {
                "Http" => file.AuthorizationLevel,
                "Queue" => file.Queue,
                _ => file.Schedule,
            };
            Assert.True(read is not null, $"The trigger of {file.Name} is written in another way than the others.");
        }
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
