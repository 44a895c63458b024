using Microsoft.AspNetCore.Http;

namespace MailFunctions.Keys.Callers;

/// <summary>Marks a request that the host has not checked a function key of: an API key alone admits it.</summary>
public static class KeyAlone
{
    private static readonly Mark Marked = new();

    public static HttpRequest WithKeyAlone(this HttpRequest request)
    {
        request.HttpContext.Features.Set(Marked);
        return request;
    }

    internal static bool IsMarked(HttpRequest request) => request.HttpContext.Features.Get<Mark>() is not null;

    private sealed class Mark;
}
