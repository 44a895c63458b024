namespace MailFunctions.Keys.Quotas;

/// <summary>The state of one limit, as far as this instance knows it.</summary>
/// <param name="Remaining">The amount that was free when this instance last looked, and what is left of its own share.</param>
/// <param name="ResetAt">The end of the window.</param>
internal sealed record QuotaStanding(QuotaScope Scope, QuotaWindow Window, QuotaUnit Unit, long Limit, long Remaining, DateTimeOffset ResetAt);

/// <summary>The refusal of a submission, by the first limit that it does not fit.</summary>
/// <param name="RetryAfter">The time after which it may fit; null when it is larger than a whole window's limit, and never fits.</param>
internal sealed record QuotaRefusal(QuotaStanding Standing, long Cost, TimeSpan? RetryAfter);

/// <summary>The answer of one scope: charged, or the refusal.</summary>
/// <param name="Standings">One for each limit of the scope, after the charge.</param>
internal sealed record QuotaAnswer(QuotaRefusal? Refusal, QuotaCharge? Charge, IReadOnlyList<QuotaStanding> Standings);

/// <summary>A charge to one scope, which is given back when it is certain that no mail was accepted for it.</summary>
internal sealed record QuotaCharge(ScopeQuota Scope, Volume Cost, HeldShare Minute, HeldShare Day, QuotaLimits Limits)
{
    public void GiveBack() => Scope.GiveBack(this);
}
