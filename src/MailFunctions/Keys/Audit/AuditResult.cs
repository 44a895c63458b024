namespace MailFunctions.Keys.Audit;

/// <summary>The result of an audited call.</summary>
/// <param name="Status">The HTTP status of the answer; an operator's command has that of the call it stands for.</param>
/// <param name="Error">The name of the problem; null if there was none.</param>
/// <param name="At">The time at which the result was known, by the app's clock.</param>
internal sealed record AuditResult(int Status, string? Error, DateTimeOffset At)
{
    /// <summary>The thing that the call has made; null unless its name was not known before.</summary>
    public string? Target { get; init; }

    public AuditOutcome Outcome => Status switch
    {
        < 400 => AuditOutcome.Done,
        < 500 => AuditOutcome.Refused,
        _ => AuditOutcome.Failed,
    };
}

internal enum AuditOutcome
{
    /// <summary>The call was carried out.</summary>
    Done,

    /// <summary>The call was refused, and changed nothing.</summary>
    Refused,

    /// <summary>The call failed; a part of it may have been carried out.</summary>
    Failed,

    /// <summary>No result is stored: the process died, the caller left before the end, storage failed, or the call is still running.</summary>
    Unknown,
}

internal static class AuditOutcomes
{
    public static AuditOutcome OutcomeOf(AuditEntry entry) => entry.Result?.Outcome ?? AuditOutcome.Unknown;

    public static string Name(this AuditOutcome outcome) => outcome switch
    {
        AuditOutcome.Done => AuditResultName.Done,
        AuditOutcome.Refused => AuditResultName.Refused,
        AuditOutcome.Failed => AuditResultName.Failed,
        _ => AuditResultName.Unknown,
    };

    public static bool TryParse(string? text, out AuditOutcome outcome)
    {
        foreach (var one in Enum.GetValues<AuditOutcome>())
        {
            outcome = one;
            if (one.Name() == text)
                return true;
        }

        outcome = default;
        return false;
    }
}
