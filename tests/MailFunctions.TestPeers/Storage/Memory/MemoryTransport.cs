using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace MailFunctions.TestPeers.Storage.Memory;

/// <summary>Carries the requests of Azure's clients to a <see cref="MemoryStorage"/>, instead of HTTP.</summary>
public class MemoryTransport(MemoryStorage storage) : HttpPipelineTransport
{
    public override Request CreateRequest() => new MemoryRequest();

    public override void Process(HttpMessage message) => ProcessAsync(message).AsTask().GetAwaiter().GetResult();

    public override async ValueTask ProcessAsync(HttpMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var request = (MemoryRequest)message.Request;
        message.CancellationToken.ThrowIfCancellationRequested();
        var body = request.Content is { } content ? await ReadAsync(content, message.CancellationToken) : default;
        var call = StorageCall.Of(request.Method.Method, request.Uri, request.ByName, body);
        message.Response = new MemoryResponse(await CarryAsync(call, message.CancellationToken), request.ClientRequestId);
    }

    /// <summary>Takes a request to the storage and its answer back. A test overrides it to make either late or lost.</summary>
    protected virtual ValueTask<StorageReply> CarryAsync(StorageCall request, CancellationToken cancellationToken) => new(storage.Perform(request));

    private static async ValueTask<ReadOnlyMemory<byte>> ReadAsync(RequestContent content, CancellationToken cancellationToken)
    {
        var written = content.TryComputeLength(out var length) ? new MemoryStream((int)length) : new MemoryStream();
        await content.WriteToAsync(written, cancellationToken);
        return written.GetBuffer().AsMemory(0, (int)written.Length);
    }

    private sealed class MemoryRequest : Request
    {
        private static long _requests;
        private readonly Dictionary<string, string> _headers = new(11, StringComparer.OrdinalIgnoreCase);
        private string? _clientRequestId;

        public IReadOnlyDictionary<string, string> ByName => _headers;

        public override string ClientRequestId
        {
            get => _clientRequestId ??= Interlocked.Increment(ref _requests).ToString(CultureInfo.InvariantCulture);
            set => _clientRequestId = value;
        }

        public override void Dispose()
        {
        }

        protected override void AddHeader(string name, string value) =>
            _headers[name] = _headers.TryGetValue(name, out var before) ? $"{before},{value}" : value;

        protected override void SetHeader(string name, string value) => _headers[name] = value;

        protected override bool TryGetHeader(string name, [NotNullWhen(true)] out string? value) => _headers.TryGetValue(name, out value);

        protected override bool TryGetHeaderValues(string name, [NotNullWhen(true)] out IEnumerable<string>? values)
        {
            values = _headers.TryGetValue(name, out var value) ? [value] : null;
            return values is not null;
        }

        protected override bool ContainsHeader(string name) => _headers.ContainsKey(name);

        protected override bool RemoveHeader(string name) => _headers.Remove(name);

        protected override IEnumerable<HttpHeader> EnumerateHeaders() => _headers.Select(header => new HttpHeader(header.Key, header.Value));
    }

    private sealed class MemoryResponse(StorageReply reply, string clientRequestId) : Response
    {
        public override int Status => reply.Status;

        public override string ReasonPhrase => reply.Code ?? "OK";

        public override Stream? ContentStream { get; set; } = MemoryMarshal.TryGetArray(reply.Body, out var body)
            ? new MemoryStream(body.Array!, body.Offset, body.Count, writable: false, publiclyVisible: true)
            : new MemoryStream(reply.Body.ToArray(), writable: false);

        public override string ClientRequestId { get; set; } = clientRequestId;

        public override void Dispose()
        {
        }

        protected override bool TryGetHeader(string name, [NotNullWhen(true)] out string? value) => reply.Headers.TryGetValue(name, out value);

        protected override bool TryGetHeaderValues(string name, [NotNullWhen(true)] out IEnumerable<string>? values)
        {
            values = reply.Headers.TryGetValue(name, out var value) ? [value] : null;
            return values is not null;
        }

        protected override bool ContainsHeader(string name) => reply.Headers.ContainsKey(name);

        protected override IEnumerable<HttpHeader> EnumerateHeaders() => reply.Headers.Select(header => new HttpHeader(header.Key, header.Value));
    }
}
