using System.Collections.Frozen;

namespace MailFunctions.Mail;

/// <summary>The state of an email. <see cref="Transitions"/> defines the legal steps between states.</summary>
internal enum EmailState
{
    /// <summary>Open: accepted, to be sent at a later time that the caller named.</summary>
    Scheduled,

    /// <summary>Open: accepted, and named by a queue message.</summary>
    Queued,

    /// <summary>Open: a worker holds a claim on the running attempt.</summary>
    Sending,

    /// <summary>Open: waits for its next attempt.</summary>
    Deferred,

    /// <summary>Needs a decision: an attempt may or may not have delivered it, and its policy is to hold.</summary>
    Uncertain,

    /// <summary>Needs a decision: our own processing failed five times.</summary>
    Dead,

    /// <summary>Final: every recipient was accepted by a relay.</summary>
    Sent,

    /// <summary>Final: some recipients were accepted, the others were not.</summary>
    Partial,

    /// <summary>Final: no recipient was accepted, and not all were suppressed.</summary>
    Failed,

    /// <summary>Final: it expired before every recipient was settled.</summary>
    Expired,

    /// <summary>Final: canceled via the API.</summary>
    Canceled,

    /// <summary>Final: every recipient is on the suppression list.</summary>
    Suppressed,

    /// <summary>Final: an operator gave it up.</summary>
    Discarded,

    /// <summary>Not an email: the key was closed before its accept was committed, so no 202 was ever returned for it.</summary>
    Void,
}

internal static class EmailStates
{
    private static readonly FrozenDictionary<EmailState, string> Names =
        Enum.GetValues<EmailState>().ToFrozenDictionary(state => state, state => state.ToString().ToLowerInvariant());

    private static readonly FrozenDictionary<string, EmailState> Parsed =
        Names.ToFrozenDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);

    public static string Name(this EmailState state) => Names[state];

    public static EmailState Parse(string text) =>
        Parsed.TryGetValue(text, out var state) ? state : throw new FormatException($"'{text}' is not a state of an email.");

    /// <summary>The system itself will still move it.</summary>
    public static bool IsOpen(this EmailState state) =>
        state is EmailState.Scheduled or EmailState.Queued or EmailState.Sending or EmailState.Deferred;

    public static bool AwaitsPerson(this EmailState state) => state is EmailState.Uncertain or EmailState.Dead;

    /// <summary>
    /// The system no longer moves it; an operator may have it tried again (<see cref="Transitions"/>) while it has content.
    /// </summary>
    public static bool IsFinal(this EmailState state) => !state.IsOpen() && !state.AwaitsPerson();
}
