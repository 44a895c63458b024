namespace MailFunctions.Smtp;

/// <summary>Whether content goes to a relay by BDAT (RFC 3030). What a relay offers is tried once, without content, before it is relied on.</summary>
/// <remarks>
/// The content follows BDAT at once. Whoever does not know the command, a firewall in between for instance, would read
/// the lines of a mail as commands, so this is never found out with a mail. Thread safe.
/// </remarks>
internal sealed class Chunking(bool allowed)
{
    private volatile State _state = allowed ? State.Untried : State.Off;

    private enum State
    {
        Untried,
        On,
        Off,
    }

    public bool IsOn => _state == State.On;

    public bool IsUntried => _state == State.Untried;

    /// <summary>Takes the reply to an empty chunk outside of a transaction, which is out of place (503) for whoever knows it.</summary>
    public void Learn(int code) => _state = code is 500 or 502 or 421 ? State.Off : State.On;

    /// <summary>There was no reply.</summary>
    public void LearnOfLoss() => _state = State.Off;
}
