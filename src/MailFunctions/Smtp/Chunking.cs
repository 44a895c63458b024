namespace MailFunctions.Smtp;

/// <summary>Whether content goes to a relay by BDAT (RFC 3030), where that is offered. Found out once, for all its connections.</summary>
/// <remarks>Thread safe.</remarks>
internal sealed class Chunking(bool allowed)
{
    private volatile bool _isOn = allowed;

    public bool IsOn => _isOn;

    /// <summary>Something between us and the relay, or the relay itself, offers what it cannot do.</summary>
    public void TurnOff() => _isOn = false;

    /// <summary>A reply that says so: the command is not known, not done, or not in place (RFC 5321 section 4.2.4).</summary>
    public static bool IsUnknownTo(int code) => code is >= 500 and <= 504;
}
