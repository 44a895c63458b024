using MailFunctions.Http.Requests;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Api.Resend;

/// <summary>
/// Collects the fields of a request that are ignored, as Resend ignores them, and names them in a header of the answer, since
/// clients that read its body may not know another member.
/// </summary>
internal sealed class IgnoredFields
{
    public const string Header = "MailFunctions-Ignored-Fields";

    private const int MaxNamed = 20;

    private const int MaxChars = 128;

    private readonly List<string> _pointers = [];
    private int _unnamed;

    /// <summary>
    /// JSON pointers of the named fields: printable ASCII except the comma is kept, a space becomes <c>%20</c>, any other
    /// character <c>_</c>.
    /// </summary>
    public IReadOnlyList<string> Pointers => _pointers;

    public void Add(RequestValue field)
    {
        if (_pointers.Count < MaxNamed)
            _pointers.Add(InHeader(field.Pointer));
        else
            _unnamed++;
    }

    public void WriteTo(HttpResponse response)
    {
        if (_pointers.Count > 0)
            response.Headers[Header] = string.Join(", ", _pointers) + (_unnamed > 0 ? FormattableString.Invariant($", and {_unnamed} more") : "");
    }

    private static string InHeader(string pointer)
    {
        var text = string.Concat(pointer.Take(MaxChars).Select(c => c is > ' ' and < '\x7F' and not ',' ? c.ToString() : c == ' ' ? "%20" : "_"));
        return pointer.Length > MaxChars ? text + "..." : text;
    }
}
