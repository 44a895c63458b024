using MailFunctions.Http;
using MailFunctions.Http.Requests;
using MailFunctions.Tests.Intake;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Tests.Http.Requests;

[Collection(typeof(MeasuredAlone))]
public sealed class RequestBodyTests
{
    private const int MiB = 1024 * 1024;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(40 * MiB)]
    [InlineData(null)]
    public async Task A_body_that_is_announced_but_never_sent_takes_no_memory(int? announced)
    {
        using var stream = new SilentStream();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var before = GC.GetTotalAllocatedBytes(precise: true);

        var reading = RequestBody.ReadAsync(stream, announced, memory: null, patience.Token);
        var cost = GC.GetTotalAllocatedBytes(precise: true) - before;

        Assert.False(reading.IsCompleted);
        Assert.InRange(cost, 0, MiB);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(3 * MiB)]
    public async Task A_body_is_read_whole_whatever_was_announced(int? announced)
    {
        var bytes = new byte[3 * MiB];
        bytes.AsSpan().Fill((byte)'x');

        var body = await RequestBody.ReadAsync(new MemoryStream(bytes), announced, memory: null, Cancellation);

        Assert.True(body.Value!.Bytes.Span.SequenceEqual(bytes));
    }

    [Fact]
    public async Task A_body_for_which_there_is_no_room_is_not_read()
    {
        var memory = new RequestMemory(10 * MiB);
        using var held = new HeldMemory(memory);
        var stream = new MemoryStream(new byte[3 * MiB]);

        var body = await RequestBody.ReadAsync(stream, stream.Length, held, Cancellation);

        Assert.Equal((503, "server_busy", 0L), (body.Problem?.Status, body.Problem?.Name, stream.Position));
        Assert.True(body.Problem?.RetryAfter > TimeSpan.Zero);
    }

    [Fact]
    public async Task A_body_that_outgrows_the_room_on_its_way_is_given_up()
    {
        var memory = new RequestMemory(10 * MiB);
        using var held = new HeldMemory(memory);

        var body = await RequestBody.ReadAsync(new MemoryStream(new byte[3 * MiB]), null, held, Cancellation);

        Assert.Equal("server_busy", body.Problem?.Name);
        held.Dispose();
        Assert.Equal(10 * MiB, memory.Free);
    }

    [Fact]
    public async Task Memory_held_for_a_request_is_released_when_it_is_answered()
    {
        var memory = new RequestMemory(10 * MiB);
        var edge = new HttpEdge(memory, Microsoft.Extensions.Logging.Abstractions.NullLogger<HttpEdge>.Instance);
        var context = new DefaultHttpContext();
        context.Request.ContentType = "application/json";
        context.Request.Body = new MemoryStream("{}"u8.ToArray());
        long during = 0;

        await edge.RunAsync(
            context.Request,
            async () =>
            {
                await RequestDocument.ReadAsync(context.Request, 10, Cancellation);
                during = memory.Free;
                throw new InvalidOperationException("whatever comes of it");
            },
            Cancellation);

        Assert.InRange(during, 0, (10 * MiB) - 1);
        Assert.Equal(10 * MiB, memory.Free);
    }

    [Fact]
    public async Task A_refused_body_is_drained_once_the_answer_is_written()
    {
        var context = new DefaultHttpContext();
        var body = new MemoryStream(new byte[3 * MiB]);
        using var answer = new MemoryStream();
        (context.Request.Body, context.Response.Body) = (body, answer);

        await Problem.ServerBusy(TimeSpan.FromSeconds(2), 40 * MiB).ToResult().ExecuteAsync(context);

        Assert.Equal((503, "2", body.Length), (context.Response.StatusCode, context.Response.Headers.RetryAfter.ToString(), body.Position));
    }

    /// <summary>A client that announces and never sends.</summary>
    private sealed class SilentStream : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return 0;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }
    }
}
