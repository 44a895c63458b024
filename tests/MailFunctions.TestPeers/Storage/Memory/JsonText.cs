using System.Buffers;
using System.Text.Json;

namespace MailFunctions.TestPeers.Storage.Memory;

/// <summary>JSON that is written into one buffer, which each thread keeps.</summary>
internal static class JsonText
{
    [ThreadStatic]
    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Json)? _writer;

    public static byte[] Of(Action<Utf8JsonWriter> write)
    {
        var (buffer, json) = _writer ?? Create();
        // What is written may be written by this method too.
        _writer = null;
        buffer.ResetWrittenCount();
        json.Reset(buffer);
        write(json);
        json.Flush();
        var written = buffer.WrittenSpan.ToArray();
        _writer = (buffer, json);
        return written;
    }

    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Json) Create()
    {
        var buffer = new ArrayBufferWriter<byte>();
        return (buffer, new Utf8JsonWriter(buffer));
    }
}
