using System.Globalization;
using System.Security;
using System.Security.Cryptography;
using System.Text;

namespace MailFunctions.TestPeers.Storage.Memory;

/// <summary>Block blobs that are written whole, by the REST reference of Blob Storage: "Put Blob", "Get Blob", "List Blobs", "Set Blob Metadata".</summary>
internal sealed class BlobService(TimeProvider clock)
{
    private readonly Dictionary<string, OrderedRows<Blob>> _containers = new(StringComparer.Ordinal);
    private long _etags;

    public StorageReply Perform(StorageCall call)
    {
        var words = call.Path.Split('/', 2);
        return (call.Method, words.Length, call.Parameter("comp")) switch
        {
            ("PUT", 1, null) => Create(words[0]),
            ("GET" or "HEAD", 1, null) => Exists(words[0]),
            ("GET", 1, "list") => List(words[0], call),
            ("PUT", 2, null) => Put(words[0], words[1], call),
            ("PUT", 2, "metadata") => Touch(words[0], words[1], call),
            ("GET" or "HEAD", 2, null) => Get(words[0], words[1], call),
            ("DELETE", 2, null) => Delete(words[0], words[1], call),
            _ => throw new StorageRefusal(400, "UnsupportedHeader", $"{call.Method} {call.Path} is not carried out by this storage."),
        };
    }

    public IReadOnlyList<string> Names(string container) => _containers.TryGetValue(container, out var blobs) ? [.. blobs.From("", last: null).Select(blob => blob.Key)] : [];

    private StorageReply Create(string container) => _containers.TryAdd(container, new OrderedRows<Blob>())
        ? new StorageReply(201).With("ETag", NextETag()).With("Last-Modified", Time(clock.GetUtcNow()))
        : throw new StorageRefusal(409, "ContainerAlreadyExists", "The specified container already exists.");

    private StorageReply Exists(string container)
    {
        Container(container);
        return new StorageReply(200).With("ETag", "\"0x1\"").With("Last-Modified", Time(clock.GetUtcNow()));
    }

    private StorageReply Put(string container, string name, StorageCall call)
    {
        var blobs = Container(container);
        if (call.Header("x-ms-blob-type") != "BlockBlob")
            throw new StorageRefusal(400, "InvalidHeaderValue", "This storage has block blobs only.");
        Require(call, blobs.Find(name));
        var blob = new Blob(call.Body.ToArray(), NextETag(), clock.GetUtcNow());
        blobs.Put(name, blob);
        return Describe(new StorageReply(201), blob).With("x-ms-request-server-encrypted", "true");
    }

    private StorageReply Touch(string container, string name, StorageCall call)
    {
        var blobs = Container(container);
        var blob = Found(call, blobs, name) with { ETag = NextETag(), Modified = clock.GetUtcNow() };
        blobs.Put(name, blob);
        return Describe(new StorageReply(200), blob);
    }

    private StorageReply Get(string container, string name, StorageCall call)
    {
        var blob = Found(call, Container(container), name);
        var (from, to) = ((call.Header("x-ms-range") ?? call.Header("Range"))?["bytes=".Length..].Split('-')) switch
        {
            [var first, ""] => (int.Parse(first, CultureInfo.InvariantCulture), blob.Octets.Length - 1),
            [var first, var last] => (int.Parse(first, CultureInfo.InvariantCulture), Math.Min(int.Parse(last, CultureInfo.InvariantCulture), blob.Octets.Length - 1)),
            _ => (0, blob.Octets.Length - 1),
        };
        var isPart = call.Header("x-ms-range") is not null || call.Header("Range") is not null;
        if (isPart && from >= blob.Octets.Length)
            throw new StorageRefusal(416, "InvalidRange", "The range specified is invalid for the current size of the resource.");
        var part = call.Method == "HEAD" ? default : blob.Octets.AsMemory(from, to - from + 1);
        var reply = Describe(new StorageReply(isPart ? 206 : 200) { Body = part }, blob)
            .With("Content-Type", "application/octet-stream")
            .With("Content-Length", (call.Method == "HEAD" ? blob.Octets.Length : part.Length).ToString(CultureInfo.InvariantCulture))
            .With("x-ms-blob-type", "BlockBlob")
            .With("Accept-Ranges", "bytes");
        return isPart ? reply.With("Content-Range", string.Create(CultureInfo.InvariantCulture, $"bytes {from}-{to}/{blob.Octets.Length}")) : reply;
    }

    private StorageReply Delete(string container, string name, StorageCall call)
    {
        var blobs = Container(container);
        Found(call, blobs, name);
        blobs.Remove(name);
        return new StorageReply(202).With("x-ms-delete-type-permanent", "true");
    }

    private StorageReply List(string container, StorageCall call)
    {
        var prefix = call.Parameter("prefix") ?? "";
        var xml = new StringBuilder($"""<?xml version="1.0" encoding="utf-8"?><EnumerationResults ContainerName="{container}"><Blobs>""");
        foreach (var (name, blob) in Container(container).From(prefix, last: null).TakeWhile(one => one.Key.StartsWith(prefix, StringComparison.Ordinal)))
        {
            xml.Append(CultureInfo.InvariantCulture, $"<Blob><Name>{SecurityElement.Escape(name)}</Name><Properties><Last-Modified>{Time(blob.Modified)}</Last-Modified><Etag>{blob.ETag.Trim('"')}</Etag>")
                .Append(CultureInfo.InvariantCulture, $"<Content-Length>{blob.Octets.Length}</Content-Length><BlobType>BlockBlob</BlobType></Properties></Blob>");
        }

        return StorageReply.OfXml(200, xml.Append("</Blobs><NextMarker /></EnumerationResults>").ToString());
    }

    private OrderedRows<Blob> Container(string name) =>
        _containers.GetValueOrDefault(name) ?? throw new StorageRefusal(404, "ContainerNotFound", "The specified container does not exist.");

    private static Blob Found(StorageCall call, OrderedRows<Blob> blobs, string name)
    {
        var blob = blobs.Find(name) ?? throw new StorageRefusal(404, "BlobNotFound", "The specified blob does not exist.");
        Require(call, blob);
        return blob;
    }

    /// <summary>"Specifying conditional headers for Blob service operations".</summary>
    private static void Require(StorageCall call, Blob? blob)
    {
        if (call.Header("If-None-Match") == "*" && blob is not null)
            throw new StorageRefusal(409, "BlobAlreadyExists", "The specified blob already exists.");
        if (call.Header("If-Match") is { } match && (blob is null || (match != "*" && match != blob.ETag)))
            throw new StorageRefusal(412, "ConditionNotMet", "The condition specified using HTTP conditional header(s) is not met.");
    }

    private static StorageReply Describe(StorageReply reply, Blob blob) => reply.With("ETag", blob.ETag).With("Last-Modified", Time(blob.Modified))
        .With("Content-MD5", Convert.ToBase64String(Md5(blob.Octets)));

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5351", Justification = "The protocol's checksum.")]
    private static byte[] Md5(byte[] octets) => MD5.HashData(octets);

    private string NextETag() => string.Create(CultureInfo.InvariantCulture, $"\"0x8D{++_etags:X}\"");

    private static string Time(DateTimeOffset time) => time.ToString("R", CultureInfo.InvariantCulture);

    private sealed record Blob(byte[] Octets, string ETag, DateTimeOffset Modified);
}
