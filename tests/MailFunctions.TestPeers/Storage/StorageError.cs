using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.TestPeers.Storage;

/// <summary>An error as storage would say it: JSON from tables, XML from the others.</summary>
internal static class StorageError
{
    public static async Task WriteAsync(HttpResponse response, StorageService service, int status)
    {
        var code = status switch
        {
            503 => "ServerBusy",
            500 => "InternalError",
            _ => string.Create(CultureInfo.InvariantCulture, $"Status{status}"),
        };
        response.StatusCode = status;
        response.Headers.Connection = "close";
        response.Headers["x-ms-error-code"] = code;
        if (service == StorageService.Table)
        {
            response.ContentType = "application/json;odata=minimalmetadata";
            await response.WriteAsync("{\"odata.error\":{\"code\":\"" + code + "\",\"message\":{\"lang\":\"en-US\",\"value\":\"A fault of the test.\"}}}");
        }
        else
        {
            response.ContentType = "application/xml";
            await response.WriteAsync($"""<?xml version="1.0" encoding="utf-8"?><Error><Code>{code}</Code><Message>A fault of the test.</Message></Error>""");
        }
    }
}
