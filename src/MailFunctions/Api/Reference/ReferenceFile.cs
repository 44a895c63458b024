using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace MailFunctions.Api.Reference;

/// <summary>Answers with a file of an assembly: compressed for clients that accept it, and 304 for clients that have it.</summary>
internal sealed class ReferenceFile : IResult
{
    /// <summary>Allows only what this host serves: no script, style, font or picture of another host, and no inline ones.</summary>
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private readonly byte[] _plain;
    private readonly byte[] _gzipped;
    private readonly string _contentType;
    private readonly EntityTagHeaderValue _tag;

    private ReferenceFile(byte[] plain, byte[] gzipped, string contentType)
    {
        (_plain, _gzipped, _contentType) = (plain, gzipped, contentType);
        // A weak tag, the same for both encodings of the file (RFC 9110 section 8.8.1).
        _tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(plain))[..32]}\"", isWeak: true);
    }

    /// <param name="owner">A type of the assembly that contains the file.</param>
    /// <param name="name">The end of the resource's name. The files of the viewer are already compressed.</param>
    public static ReferenceFile Read(Type owner, string name, string contentType)
    {
        var resource = owner.Assembly.GetManifestResourceNames().Single(found => found.EndsWith($".{name}", StringComparison.Ordinal));
        using var stream = owner.Assembly.GetManifestResourceStream(resource)!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        var bytes = copy.ToArray();
        return bytes is [0x1F, 0x8B, ..] ? new ReferenceFile(Unzip(bytes), bytes, contentType) : new ReferenceFile(bytes, Zip(bytes), contentType);
    }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (request, response) = (httpContext.Request, httpContext.Response);
        response.Headers.CacheControl = "no-cache";
        response.Headers.ETag = _tag.ToString();
        response.Headers.Vary = HeaderNames.AcceptEncoding;
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        if (request.GetTypedHeaders().IfNoneMatch.Any(tag => tag.Compare(_tag, useStrongComparison: false)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        var isGzipped = request.GetTypedHeaders().AcceptEncoding.Any(coding => coding.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase) && coding.Quality != 0);
        if (isGzipped)
            response.Headers.ContentEncoding = "gzip";
        var body = isGzipped ? _gzipped : _plain;
        response.ContentType = _contentType;
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, httpContext.RequestAborted);
    }

    private static byte[] Zip(byte[] bytes)
    {
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Optimal))
            gzip.Write(bytes);
        return zipped.ToArray();
    }

    private static byte[] Unzip(byte[] bytes)
    {
        using var plain = new MemoryStream();
        using (var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress))
            gzip.CopyTo(plain);
        return plain.ToArray();
    }
}
