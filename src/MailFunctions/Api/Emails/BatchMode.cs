using MailFunctions.Http;
using MailFunctions.Http.Requests;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Api.Emails;

/// <summary>Reads the header that selects what happens to a batch with invalid emails.</summary>
internal static class BatchMode
{
    private const string Header = ApiHeaders.BatchValidation;

    /// <param name="permissive">True to leave invalid emails out; false, also without the header, to refuse all for one.</param>
    public static bool TryRead(HttpRequest request, out bool permissive, out Problem? problem)
    {
        var text = request.Headers[Header].ToString();
        permissive = text.Equals("permissive", StringComparison.OrdinalIgnoreCase);
        problem = text.Length == 0 || permissive || text.Equals("strict", StringComparison.OrdinalIgnoreCase)
            ? null
            : Problem.Validation([new ProblemError($"takes strict or permissive, not {ErrorList.Quote(text)}", Parameter: Header)]);
        return problem is null;
    }
}
