using System.Globalization;
using MailFunctions.Http;

namespace MailFunctions.Keys.Quotas;

/// <summary>Words the refusals of quotas.</summary>
internal static class QuotaProblems
{
    public static Problem Of(QuotaRefusal refusal)
    {
        var (standing, limit) = (refusal.Standing, LimitOf(refusal.Standing));
        return refusal.RetryAfter is { } wait
            ? Problem.RateLimitExceeded(
                string.Create(CultureInfo.InvariantCulture, $"{limit} has room for {standing.Remaining} more. Nothing was accepted: send the request again when Retry-After is over."),
                wait)
            : Problem.ExceedsQuota(
                string.Create(CultureInfo.InvariantCulture, $"{limit} is less than this request needs, {refusal.Cost}: it would never be accepted. Divide it, or have the limit raised."));
    }

    private static string LimitOf(QuotaStanding standing) =>
        string.Create(CultureInfo.InvariantCulture, $"The limit of {standing.Limit} {NameOf(standing.Unit)} a {standing.Window.Name()} for {standing.Scope}");

    private static string NameOf(QuotaUnit unit) => unit switch
    {
        QuotaUnit.Mails => "mails",
        QuotaUnit.Recipients => "recipients",
        _ => "bytes",
    };
}
