using System.Globalization;
using MailFunctions.Http.Requests;
using MailFunctions.Mail;
using MailFunctions.Unsubscription;

namespace MailFunctions.Intake;

/// <summary>A mail's wish for an unsubscribe link.</summary>
/// <param name="Topic">What the recipient can leave; null: all mail of the lane bulk.</param>
internal sealed record UnsubscribeWish(string? Topic);

/// <summary>Reads a mail's <c>unsubscribe</c>: true, or a topic; and checks what it asks of the other fields.</summary>
internal sealed class UnsubscribeRules(ErrorList errors)
{
    private static readonly string[] Headers = ["List-Unsubscribe", "List-Unsubscribe-Post"];

    /// <returns>Null when absent, false or, with an error, invalid.</returns>
    public UnsubscribeWish? Read(RequestValue? value)
    {
        if (value is null or { IsFalse: true })
            return null;
        if (value.IsTrue)
            return new UnsubscribeWish(Topic: null);
        if (!value.IsObject)
        {
            errors.Add(value, $"must be true, false, or an object with a topic, not {value.KindName}");
            return null;
        }

        return RequestFields.Of(value, errors, "topic")!.Required("topic") is { } topic && ReadTopic(topic, errors) is { } name ? new UnsubscribeWish(name) : null;
    }

    /// <summary>Reads the name of a topic.</summary>
    public static string? ReadTopic(RequestValue value, ErrorList errors)
    {
        if (RequestFields.ReadText(value, TopicName.MaxChars, errors) is not { } text)
            return null;
        if (TopicName.IsValid(text))
            return text;
        errors.Add(value, TopicName.Fault);
        return null;
    }

    /// <param name="place">The field, or the mail itself if the field is a common one of a batch.</param>
    /// <param name="recipients">The number of addresses in to, cc and bcc.</param>
    public void Check(UnsubscribeWish wish, RequestValue place, RequestFields fields, int recipients, Lane lane, UnsubscribeLinks? links)
    {
        if (links is not { ArePossible: true })
            errors.Add(place, $"asks for an unsubscribe link, and the app does not know the address for it: the setting {PublicUrlOptions.Setting} is missing");
        if (recipients > 1)
            errors.Add(place, string.Create(CultureInfo.InvariantCulture, $"asks for an unsubscribe link, which names one recipient, and there are {recipients} in to, cc and bcc: send each a mail of their own, in a batch for instance"));
        if (lane == Lane.Transactional && wish.Topic is null)
            errors.Add(place, "asks for an unsubscribe link without a topic on transactional mail, where only a topic can be left: name one, or send it in the lane bulk");

        foreach (var (name, header) in fields.Optional("headers")?.Members ?? [])
        {
            if (Headers.Contains(name, StringComparer.OrdinalIgnoreCase))
                errors.Add(header, "cannot stand beside unsubscribe, which writes it");
        }
    }

    /// <summary>Checks a body for what stands for the link.</summary>
    /// <param name="place">Where the body comes from.</param>
    public void CheckBody(string? body, RequestValue place, bool isWished)
    {
        if (body is null || !UnsubscribeLink.IsMeantIn(body))
            return;
        if (!isWished)
            errors.Add(place, $"holds {UnsubscribeLink.Placeholder}, which stands for the unsubscribe link, and the mail does not ask for one: it needs the field unsubscribe");
        else if (!UnsubscribeLink.CanFill(body))
            errors.Add(place, $"holds {UnsubscribeLink.Placeholder} changed, or as a part of another address: it has to stand alone, as the whole address of a link");
    }
}
