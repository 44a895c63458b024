using System.Text;
using MailFunctions.Simulation.Scheduling;

namespace MailFunctions.Simulation.Outside;

/// <summary>
/// The client's end of a connection to the simulated relay. What is written reaches the relay's end after a while, and its
/// replies come back after another.
/// </summary>
internal sealed class RelayPipe : Stream
{
    private readonly World _world;
    private readonly Life _life;
    private readonly SimulatedRelay _relay;
    private readonly RelayDialogue _dialogue;
    private readonly List<byte> _arrived = [];
    private TaskCompletionSource? _awaited;
    private DateTimeOffset _there;
    private DateTimeOffset _back;
    private bool _closedByRelay;
    private bool _closedByUs;

    public RelayPipe(World world, Life life, SimulatedRelay relay)
    {
        (_world, _life, _relay) = (world, life, relay);
        _dialogue = new RelayDialogue(relay, Reply, HangUp);
    }

    /// <exception cref="ObjectDisposedException">We have closed it.</exception>
    public bool IsReadable
    {
        get
        {
            ObjectDisposedException.ThrowIf(_closedByUs, this);
            return _arrived.Count > 0 || _closedByRelay;
        }
    }

    public int Available => _arrived.Count;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public void Greet() => Reply("220 relay.example ESMTP", TimeSpan.Zero);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_closedByUs, this);
        if (_closedByRelay)
            throw new IOException("The relay has closed the connection.");
        var octets = buffer.ToArray();
        // Octets do not overtake each other.
        _there = Later(_there, _world.Now + _relay.Delay());
        _world.After(_there - _world.Now, null, () => _dialogue.Take(octets));
        return ValueTask.CompletedTask;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_arrived.Count == 0 && !_closedByRelay)
        {
            ObjectDisposedException.ThrowIf(_closedByUs, this);
            _awaited = new TaskCompletionSource();
            await using var canceled = cancellationToken.UnsafeRegister(_ => _awaited.TrySetCanceled(cancellationToken), null);
            await _awaited.Task;
        }

        var count = Math.Min(buffer.Length, _arrived.Count);
        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_arrived)[..count].CopyTo(buffer.Span);
        _arrived.RemoveRange(0, count);
        return count;
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _closedByUs = true;
        _awaited?.TrySetException(new ObjectDisposedException(nameof(RelayPipe)));
        base.Dispose(disposing);
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private void Reply(string text, TimeSpan late)
    {
        var octets = Encoding.ASCII.GetBytes(text + "\r\n");
        _back = Later(_back, _world.Now + _relay.Delay() + late);
        _world.After(_back - _world.Now, _life, () =>
        {
            if (_closedByRelay)
                return;
            _arrived.AddRange(octets);
            _awaited?.TrySetResult();
        });
    }

    private void HangUp() => _world.After(_relay.Delay(), _life, () =>
    {
        _closedByRelay = true;
        _awaited?.TrySetResult();
    });
}
