using System.Diagnostics;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.LocalHost;
using MailFunctions.LocalHost.Hosting;

namespace MailFunctions.IntegrationTests.LocalHost.Queues;

public sealed class QueueListenerTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_function_gets_the_decoded_body_and_metadata_and_then_its_message_is_deleted()
    {
        var queue = new QueueUnderTest(azurite);
        await queue.SendAsync(QueueUnderTest.Encode("grüße"));
        SendReceipt sent = await queue.Queue.SendMessageAsync(QueueUnderTest.Encode("second"), Cancel);
        var calls = new MessageCalls();

        await using var host = await queue.ListenAsync(calls);

        await Eventually.TrueAsync(() => calls.Ended == 2, "two calls");
        await queue.EmptyAsync();
        Assert.Equal(["grüße", "second"], calls.Seen.Select(call => call.Message.Body.ToString()).Order());
        var second = calls.Seen.Single(call => call.Message.Body.ToString() == "second").Message;
        Assert.Equal(sent.MessageId, second.MessageId);
        Assert.Equal(1, second.DequeueCount);
        Assert.Equal(sent.InsertionTime, second.InsertedOn);
        Assert.Equal(sent.ExpirationTime, second.ExpiresOn);
    }

    [Fact]
    public async Task A_body_is_passed_unchanged_when_host_json_disables_message_encoding()
    {
        var queue = new QueueUnderTest(azurite);
        await queue.SendAsync("not base64!");
        var calls = new MessageCalls();

        await using var host = await queue.ListenAsync(calls, new QueueSettings { Base64 = false });

        await queue.EmptyAsync();
        Assert.Equal("not base64!", Assert.Single(calls.Seen).Message.Body.ToString());
    }

    [Fact]
    public async Task Messages_run_concurrently_up_to_batch_size_plus_new_batch_threshold()
    {
        var queue = new QueueUnderTest(azurite);
        await queue.SendAsync(Enumerable.Range(0, 20).Select(i => QueueUnderTest.Encode($"{i}")));
        using var gate = new SemaphoreSlim(0);
        var calls = new MessageCalls { Body = (_, _) => gate.WaitAsync(Cancel) };

        await using var host = await queue.ListenAsync(calls, new QueueSettings { BatchSize = 4, NewBatchThreshold = 2 });

        // A batch of four is above the threshold of two: nothing more is taken until two have ended.
        await StaysAtAsync(calls, 4);
        gate.Release(2);
        await StaysAtAsync(calls, 6);
        gate.Release(3);
        await Eventually.TrueAsync(() => calls.Ended == 5, "five ended");
        await StaysAtAsync(calls, 3);
        gate.Release(100);

        await queue.EmptyAsync();
        Assert.Equal(20, calls.Ended);
        Assert.Equal(6, calls.MostAtOnce);
    }

    [Fact]
    public async Task A_message_whose_function_threw_is_hidden_for_the_visibility_timeout_and_then_run_again()
    {
        var queue = new QueueUnderTest(azurite);
        await queue.SendAsync(QueueUnderTest.Encode("again"));
        var calls = new MessageCalls { Body = (message, _) => message.DequeueCount == 1 ? throw new InvalidOperationException("once") : Task.CompletedTask };

        await using var host = await queue.ListenAsync(calls, new QueueSettings { VisibilityTimeout = TimeSpan.FromSeconds(3) });

        await queue.EmptyAsync();
        Assert.Equal([1, 2], calls.Seen.Select(call => call.Message.DequeueCount));
        var times = calls.Seen.Select(call => call.At).ToArray();
        // The service counts visibility from a time of whole seconds.
        Assert.InRange(Stopwatch.GetElapsedTime(times[0], times[1]), TimeSpan.FromSeconds(2), Hang.After);
    }

    [Fact]
    public async Task A_message_that_failed_max_dequeue_count_times_moves_to_the_poison_queue_unchanged()
    {
        var queue = new QueueUnderTest(azurite);
        var body = QueueUnderTest.Encode("poison");
        await queue.SendAsync(body);
        var calls = new MessageCalls { Body = (_, _) => throw new InvalidOperationException("always") };

        await using var host = await queue.ListenAsync(calls, new QueueSettings { MaxDequeueCount = 3 });

        var poisoned = await queue.PoisonedAsync();
        await queue.EmptyAsync();
        Assert.Equal(body, poisoned.MessageText);
        Assert.Equal([1, 2, 3], calls.Seen.Select(call => call.Message.DequeueCount));
        Assert.Equal(TimeSpan.FromDays(7), poisoned.ExpiresOn - poisoned.InsertedOn);
        Assert.Equal(1, await QueueUnderTest.CountAsync(queue.Poison));
    }

    [Fact]
    public async Task A_message_that_others_took_too_often_goes_to_the_poison_queue_without_a_run()
    {
        var queue = new QueueUnderTest(azurite);
        await queue.SendAsync(QueueUnderTest.Encode("killer"));
        for (var taken = 0; taken < 2; taken++)
        {
            QueueMessage message = await queue.Queue.ReceiveMessageAsync(cancellationToken: Cancel);
            await queue.Queue.UpdateMessageAsync(message.MessageId, message.PopReceipt, visibilityTimeout: TimeSpan.Zero, cancellationToken: Cancel);
        }

        var calls = new MessageCalls();
        await using var host = await queue.ListenAsync(calls, new QueueSettings { MaxDequeueCount = 2 });

        Assert.Equal(QueueUnderTest.Encode("killer"), (await queue.PoisonedAsync()).MessageText);
        await queue.EmptyAsync();
        Assert.Empty(calls.Seen);
    }

    [Fact]
    public async Task A_body_that_is_not_base64_moves_to_the_poison_queue_without_a_run()
    {
        var queue = new QueueUnderTest(azurite);
        await queue.SendAsync("{\"not\": \"base64\"}", QueueUnderTest.Encode("good"));
        var calls = new MessageCalls();

        await using var host = await queue.ListenAsync(calls);

        Assert.Equal("{\"not\": \"base64\"}", (await queue.PoisonedAsync()).MessageText);
        await queue.EmptyAsync();
        Assert.Equal("good", Assert.Single(calls.Seen).Message.Body.ToString());
    }

    [Fact]
    public async Task A_failing_poison_message_is_retried_up_to_max_dequeue_count_and_never_moved()
    {
        var queue = new QueueUnderTest(azurite, suffix: "-poison");
        await queue.SendAsync(QueueUnderTest.Encode("bad"));
        var calls = new MessageCalls { Body = (_, _) => throw new InvalidOperationException("always") };

        await using var host = await queue.ListenAsync(
            calls, new QueueSettings { MaxDequeueCount = 2 }, new LocalHostOptions { QueueInvisibility = TimeSpan.FromSeconds(2) });

        // Found twice and run, found a third time and not run.
        await Eventually.TrueAsync(() => host.Log.Count(18) >= 3, "a third look at the message");
        var times = calls.Seen.Select(call => call.At).ToArray();
        Assert.Equal(2, times.Length);
        Assert.True(Stopwatch.GetElapsedTime(times[0], times[1]) > TimeSpan.FromSeconds(1));
        Assert.Equal(1, await QueueUnderTest.CountAsync(queue.Queue));
        Assert.False(await queue.Poison.ExistsAsync(Cancel));
    }

    /// <summary>
    /// A machine that stalls for half of the invisibility makes any renewal late, and the message is then run a second time,
    /// as it would be on Azure. So a longer invisibility is tried after a second run; without renewals none is long enough.
    /// </summary>
    [Fact]
    public async Task A_function_that_outlasts_the_invisibility_keeps_its_message_and_deletes_it_afterwards()
    {
        var invisibility = TimeSpan.FromSeconds(2);
        while (await RunForAsync(2.5 * invisibility, invisibility) is > 1 and var runs)
        {
            Assert.True(invisibility < TimeSpan.FromMinutes(1), $"The message ran {runs} times, even with an invisibility of {invisibility}.");
            invisibility *= 2;
        }
    }

    [Fact]
    public async Task A_queue_that_is_missing_is_made_also_when_it_is_deleted_later()
    {
        var queue = new QueueUnderTest(azurite);
        var calls = new MessageCalls();
        await using var host = await queue.ListenAsync(calls);
        await Eventually.TrueAsync(async () => await queue.Queue.ExistsAsync(Cancel), "the queue");

        await queue.Queue.DeleteAsync(Cancel);

        await Eventually.TrueAsync(async () => await queue.Queue.ExistsAsync(Cancel), "the queue again");
        await queue.Queue.SendMessageAsync(QueueUnderTest.Encode("after"), Cancel);
        await Eventually.TrueAsync(() => calls.Ended == 1, "a call");
    }

    [Fact]
    public async Task An_outage_of_storage_is_logged_once_and_ends_with_the_outage()
    {
        var queue = new QueueUnderTest(azurite);
        await queue.SendAsync(QueueUnderTest.Encode("after the outage"));
        var real = new QueueServiceClient(azurite.ConnectionString).Uri;
        await using var line = new TcpLine(real.Port);
        var calls = new MessageCalls();

        await using var host = await queue.ListenAsync(
            calls, connectionString: azurite.ConnectionString.Replace($":{real.Port}/", $":{line.Port}/", StringComparison.Ordinal));
        await Eventually.TrueAsync(() => line.Refused >= 12, "several looks at the queue");
        line.Connect();

        await Eventually.TrueAsync(() => calls.Ended == 1, "a call");
        Assert.Equal(1, host.Log.Count(10));
        Assert.Equal(1, host.Log.Count(11));
    }

    [Fact]
    public async Task A_stopping_host_cancels_a_running_function_and_settles_its_message()
    {
        var queue = new QueueUnderTest(azurite);
        await queue.SendAsync(QueueUnderTest.Encode("last"));
        var told = new TaskCompletionSource();
        using var gate = new SemaphoreSlim(0);
        var calls = new MessageCalls
        {
            Body = async (_, cancellationToken) =>
            {
                await using var registration = cancellationToken.Register(told.SetResult);
                await gate.WaitAsync(Cancel);
            },
        };
        await using var host = await queue.ListenAsync(calls);
        await Eventually.TrueAsync(() => calls.Running == 1, "a run");

        var stopping = host.StopAsync();
        await told.Task.WaitAsync(Hang.After, Cancel);
        Assert.False(stopping.IsCompleted);
        gate.Release();
        await stopping;

        Assert.Equal(0, await QueueUnderTest.CountAsync(queue.Queue));
        await queue.SendAsync(QueueUnderTest.Encode("too late"));
        Assert.Single(calls.Seen);
    }

    [Fact]
    public async Task A_function_that_does_not_end_holds_the_host_no_longer_than_the_drain_timeout()
    {
        var queue = new QueueUnderTest(azurite);
        await queue.SendAsync(QueueUnderTest.Encode("stuck"));
        var calls = new MessageCalls { Body = (_, _) => Task.Delay(Timeout.InfiniteTimeSpan, Cancel) };
        await using var host = await queue.ListenAsync(calls, options: new LocalHostOptions { DrainTimeout = TimeSpan.FromSeconds(1) });
        await Eventually.TrueAsync(() => calls.Running == 1, "a run");

        await host.StopAsync().WaitAsync(Hang.After, Cancel);

        Assert.Equal(1, await QueueUnderTest.CountAsync(queue.Queue));
    }

    /// <summary>Runs the function of one message for some time.</summary>
    /// <returns>How often it was run until its queue was empty.</returns>
    private async Task<int> RunForAsync(TimeSpan time, TimeSpan invisibility)
    {
        var queue = new QueueUnderTest(azurite);
        await queue.SendAsync(QueueUnderTest.Encode("long"));
        var over = new TaskCompletionSource();
        var calls = new MessageCalls { Body = (_, _) => over.Task.WaitAsync(Cancel) };

        await using var host = await queue.ListenAsync(calls, options: new LocalHostOptions { QueueInvisibility = invisibility });
        await Eventually.TrueAsync(() => calls.Running >= 1, "a run");
        await Task.Delay(time, Cancel);
        over.SetResult();

        await queue.EmptyAsync();
        return calls.Seen.Count;
    }

    /// <summary>Reaches the number, and is not beyond it several polling intervals later: that something does not happen can only be watched for.</summary>
    private static async Task StaysAtAsync(MessageCalls calls, int running)
    {
        await Eventually.TrueAsync(() => calls.Running == running, $"{running} running");
        await Task.Delay(TimeSpan.FromSeconds(1), Cancel);
        Assert.Equal(running, calls.Running);
    }
}
