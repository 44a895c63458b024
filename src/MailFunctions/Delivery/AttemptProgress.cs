namespace MailFunctions.Delivery;

/// <summary>The progress of a claimed mail's attempt in its worker. <see cref="AttemptSteps"/> defines the legal steps.</summary>
internal enum AttemptProgress
{
    /// <summary>Its content is loaded; it is not claimed.</summary>
    Loaded,

    /// <summary>This worker holds the claim; the attempt waits for a connection.</summary>
    Claimed,

    /// <summary>The attempt runs over one of the group's connections.</summary>
    UnderWay,

    /// <summary>A failure from here on leaves open whether the mail was delivered.</summary>
    DataMayHaveBegun,

    /// <summary>Its outcome is known and about to be recorded.</summary>
    Settled,

    /// <summary>Its claim was given back: the attempt does not count, and there is nothing to record.</summary>
    GivenBack,
}

/// <summary>The legal steps of an attempt in its worker. An illegal one is a bug of ours and throws.</summary>
internal static class AttemptSteps
{
    public static bool IsLegal(AttemptProgress from, AttemptProgress to) => (from, to) switch
    {
        (AttemptProgress.Loaded, AttemptProgress.Claimed) => true,
        (AttemptProgress.Claimed, AttemptProgress.UnderWay) => true,
        // A second transaction of the same attempt, over a fresh connection, comes here again.
        (AttemptProgress.UnderWay or AttemptProgress.DataMayHaveBegun, AttemptProgress.DataMayHaveBegun) => true,
        // An outcome that could not be recorded with others is recorded by itself.
        (AttemptProgress.UnderWay or AttemptProgress.DataMayHaveBegun or AttemptProgress.Settled, AttemptProgress.Settled) => true,
        (AttemptProgress.Settled, AttemptProgress.GivenBack) => true,
        _ => false,
    };

    /// <exception cref="InvalidOperationException">The step is not legal.</exception>
    public static AttemptProgress Require(AttemptProgress from, AttemptProgress to) =>
        IsLegal(from, to) ? to : throw new InvalidOperationException($"An attempt cannot go from {from} to {to}.");
}
