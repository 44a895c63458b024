using MailFunctions.Http.Requests;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Api.Resend;

/// <summary>
/// The fields of a request that were left out, as Resend leaves them out, named in a header of the answer: its body is read by
/// clients that may not know another member.
/// </summary>
internal sealed class IgnoredFields
{
    public const string Header = "MailFunctions-Ignored-Fields";

    private const int MaxNamed = 20;

    private const int MaxChars = 128;

    private readonly List<string> _pointers = [];
    private int _unnamed;

    /// <summary>JSON pointers, as many as are named; those beyond printable ASCII with the rest percent-encoded.</summary>
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
