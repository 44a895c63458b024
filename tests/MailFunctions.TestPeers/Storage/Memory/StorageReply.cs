using System.Text;

namespace MailFunctions.TestPeers.Storage.Memory;

/// <summary>What storage answers to a request.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">The service's error code; null for a success.</param>
public sealed record StorageReply(int Status, string? Code = null)
{
    /// <summary>Headers of an answer.</summary>
    private const int Usually = 7;

    public Dictionary<string, string> Headers { get; } = new(Usually, StringComparer.OrdinalIgnoreCase);

    public ReadOnlyMemory<byte> Body { get; init; }

    public bool IsSuccess => Status is >= 200 and < 300;

    internal StorageReply With(string header, string value)
    {
        Headers[header] = value;
        return this;
    }

    internal static StorageReply OfXml(int status, string xml) =>
        new StorageReply(status) { Body = Encoding.UTF8.GetBytes(xml) }.With("Content-Type", "application/xml");

    internal static StorageReply OfJson(int status, ReadOnlyMemory<byte> json) =>
        new StorageReply(status) { Body = json }.With("Content-Type", "application/json;odata=minimalmetadata;streaming=true;charset=utf-8");

    /// <summary>An error in the form of the service: JSON from tables, XML from the others.</summary>
    internal static StorageReply OfError(StorageService service, StorageRefusal refusal)
    {
        var body = service == StorageService.Table
            ? ErrorJson(refusal.Code, refusal.Message)
            : Encoding.UTF8.GetBytes($"""<?xml version="1.0" encoding="utf-8"?><Error><Code>{refusal.Code}</Code><Message>{refusal.Message}</Message></Error>""");
        var reply = new StorageReply(refusal.Status, refusal.Code) { Body = body }
            .With("Content-Type", service == StorageService.Table ? "application/json;odata=minimalmetadata" : "application/xml");
        return service == StorageService.Table ? reply : reply.With("x-ms-error-code", refusal.Code);
    }

    internal static byte[] ErrorJson(string code, string message) => JsonText.Of(json =>
    {
        json.WriteStartObject();
        json.WriteStartObject("odata.error");
        json.WriteString("code", code);
        json.WriteStartObject("message");
        json.WriteString("lang", "en-US");
        json.WriteString("value", message);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    });
}

/// <summary>A request that storage refuses, by one of the codes of "Status and error codes" of its REST reference.</summary>
internal sealed class StorageRefusal(int status, string code, string message) : Exception(message)
{
    public int Status { get; } = status;

    public string Code { get; } = code;
}
