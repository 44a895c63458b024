using System.Collections.Frozen;
using Microsoft.Net.Http.Headers;

namespace MailFunctions.Unsubscription;

/// <summary>The texts of the page in one language.</summary>
/// <param name="Title">The title of the page and its heading.</param>
/// <param name="Question">What the button does.</param>
/// <param name="Done">What stands in place of the button once it was pressed; the same whether the link was known or not.</param>
/// <param name="Failed">What stands there when it could not be stored.</param>
internal sealed record PageText(string Title, string Question, string Button, string Done, string Failed);

/// <summary>The languages of the page, by their subtags (RFC 5646).</summary>
internal static class PageLanguages
{
    public const string English = "en";

    /// <summary>More of a header than browsers send is not read.</summary>
    private const int MaxChars = 512;

    public static readonly FrozenDictionary<string, PageText> All = new Dictionary<string, PageText>
    {
        [English] = new(
            "Unsubscribe",
            "Do you no longer want to receive these emails?",
            "Unsubscribe",
            "Your request has been received. If your link is complete, you will get no more of these emails.",
            "That did not work. Please try again in a moment."),
        ["de"] = new(
            "Abmelden",
            "Möchten Sie diese E-Mails nicht mehr erhalten?",
            "Abmelden",
            "Ihre Abmeldung ist eingegangen. Ist Ihr Link vollständig, erhalten Sie diese E-Mails nicht mehr.",
            "Das hat nicht geklappt. Bitte versuchen Sie es gleich noch einmal."),
        ["fr"] = new(
            "Se désabonner",
            "Vous ne souhaitez plus recevoir ces e-mails ?",
            "Se désabonner",
            "Votre demande a été reçue. Si votre lien est complet, vous ne recevrez plus ces e-mails.",
            "Cela n’a pas fonctionné. Veuillez réessayer dans un instant."),
        ["es"] = new(
            "Cancelar la suscripción",
            "¿Ya no desea recibir estos correos?",
            "Cancelar la suscripción",
            "Hemos recibido su solicitud. Si su enlace está completo, no recibirá más estos correos.",
            "No ha funcionado. Vuelva a intentarlo en un momento."),
        ["zh"] = new(
            "退订",
            "您不想再收到这类邮件吗？",
            "退订",
            "我们已收到您的请求。如果您的链接完整，您将不再收到这类邮件。",
            "操作未成功，请稍后再试。"),
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Returns the language that a browser likes most of those there are (RFC 9110 section 12.5.4).</summary>
    /// <param name="accepted">The header Accept-Language.</param>
    /// <param name="otherwise">The language where it accepts none of them.</param>
    public static string Of(string? accepted, string otherwise)
    {
        if (accepted is not { Length: > 0 and <= MaxChars } || !StringWithQualityHeaderValue.TryParseList([accepted], out var ranges))
            return otherwise;
        return ranges.Where(range => range.Quality is not 0)
            .OrderByDescending(range => range.Quality ?? 1)
            .Select(range => Find(range.Value.Value!, otherwise))
            .FirstOrDefault(found => found is not null) ?? otherwise;
    }

    private static string? Find(string range, string otherwise) =>
        range == "*" ? otherwise : All.Keys.FirstOrDefault(language => language.Equals(range.Split('-')[0], StringComparison.OrdinalIgnoreCase));
}
