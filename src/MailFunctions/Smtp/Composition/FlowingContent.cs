using MailFunctions.Mail;
using MimeKit;
using MimeKit.IO;

namespace MailFunctions.Smtp.Composition;

/// <summary>
/// The content of a part that is read from storage while it is sent. A reader that only measures gets as many bytes
/// without a request: MailKit measures each message for SIZE (RFC 1870), and for base64 only the length matters.
/// </summary>
internal sealed class FlowingContent(FlowingFile file) : IMimeContent
{
    private static readonly byte[] Blank = new byte[64 * 1024];

    public ContentEncoding Encoding => ContentEncoding.Default;

    public NewLineFormat? NewLineFormat => null;

    public Stream Stream => throw OnlyFlows();

    public Stream Open() => throw OnlyFlows();

    public void DecodeTo(Stream stream, CancellationToken cancellationToken = default)
    {
        if (!IsMeasured(stream))
            throw OnlyFlows();
        Measure(stream);
    }

    public Task DecodeToAsync(Stream stream, CancellationToken cancellationToken = default)
    {
        if (!IsMeasured(stream))
            return file.CopyToAsync(stream, cancellationToken);
        Measure(stream);
        return Task.CompletedTask;
    }

    public void WriteTo(Stream stream, CancellationToken cancellationToken = default) => DecodeTo(stream, cancellationToken);

    public Task WriteToAsync(Stream stream, CancellationToken cancellationToken = default) => DecodeToAsync(stream, cancellationToken);

    public void Dispose()
    {
        // Nothing is held open.
    }

    private void Measure(Stream stream)
    {
        for (var left = file.Length; left > 0; left -= Math.Min(left, Blank.Length))
            stream.Write(Blank, 0, (int)Math.Min(left, Blank.Length));
    }

    private static bool IsMeasured(Stream stream) => stream switch
    {
        MeasuringStream => true,
        FilteredStream filtered => IsMeasured(filtered.Source),
        _ => false,
    };

    private static NotSupportedException OnlyFlows() => new("The file is read while it is sent, and not otherwise.");
}
