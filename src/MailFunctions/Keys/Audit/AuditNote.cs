using Microsoft.AspNetCore.Http;

namespace MailFunctions.Keys.Audit;

/// <summary>Lets a call that makes something tell the audit trail its name, which no path says.</summary>
internal sealed class AuditNote
{
    /// <summary>Null if the call has told nothing.</summary>
    public string? Target { get; private set; }

    public static AuditNote AttachTo(HttpRequest request)
    {
        var note = new AuditNote();
        request.HttpContext.Features.Set(note);
        return note;
    }

    /// <param name="made">In the form <c>{kind}/{id}</c>, without an address; ignored for a call that is not audited.</param>
    public static void Tell(HttpRequest request, string made)
    {
        if (request.HttpContext.Features.Get<AuditNote>() is { } note)
            note.Target = made;
    }
}
