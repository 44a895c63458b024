using MailFunctions.Http;
using MailFunctions.Http.Requests;

namespace MailFunctions.Intake;

/// <summary>Validates the time for which mail is scheduled.</summary>
internal static class ScheduleRules
{
    /// <returns>The instant in UTC; null, with an error, when mail cannot be scheduled for it.</returns>
    public static DateTimeOffset? Read(RequestValue? value, ErrorList errors, DateTimeOffset now)
    {
        if (RequestInstant.Read(value, errors) is not { } at)
            return null;
        if (at <= now - EmailLimits.ScheduledPast)
            errors.Add(value!, "must not lie in the past");
        else if (at > now + EmailLimits.ScheduledWithin)
            errors.Add(value!, "must lie within a year from now");
        else
            return at;

        return null;
    }

    /// <summary>Reads the body of a call that reschedules an email.</summary>
    public static OrProblem<MovedTime> ReadChange(RequestDocument document, DateTimeOffset now)
    {
        var errors = new ErrorList();
        errors.AddAll(document.Errors);
        var at = RequestFields.Of(document.Root, errors, "scheduled_at") is { } fields && fields.Required("scheduled_at") is { } value
            ? Read(value, errors, now)
            : null;
        return at is null || errors.Any ? errors.ToProblem() : new MovedTime(at.Value);
    }
}

internal sealed record MovedTime(DateTimeOffset At);
