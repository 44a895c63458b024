using System.Globalization;
using System.Text;

namespace MailFunctions.Templates;

/// <summary>Keeps the written text in memory and ends the rendering before it exceeds the limit.</summary>
/// <remarks>The asynchronous calls complete synchronously: those of <see cref="TextWriter"/> would use the thread pool each time.</remarks>
internal sealed class BoundedWriter(int limit, RenderMemory? memory = null) : TextWriter(CultureInfo.InvariantCulture)
{
    private readonly StringBuilder _text = new();

    public override Encoding Encoding => Encoding.Unicode;

    public int Length => _text.Length;

    public override void Write(char value) => Write([value]);

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(ReadOnlySpan<char> buffer)
    {
        if (buffer.Length > limit - _text.Length)
            throw new TemplateLimitException(string.Create(CultureInfo.InvariantCulture, $"comes to more than {limit:N0} characters"));
        memory?.Charge(buffer.Length);
        _text.Append(buffer);
    }

    public override Task WriteAsync(char value)
    {
        Write(value);
        return Task.CompletedTask;
    }

    public override Task WriteAsync(string? value)
    {
        Write(value);
        return Task.CompletedTask;
    }

    public override Task WriteAsync(char[] buffer, int index, int count)
    {
        Write(buffer, index, count);
        return Task.CompletedTask;
    }

    public override Task WriteAsync(ReadOnlyMemory<char> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return Task.CompletedTask;
    }

    public override string ToString() => _text.ToString();
}
