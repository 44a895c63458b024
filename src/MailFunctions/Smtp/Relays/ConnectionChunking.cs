using MailFunctions.Mail;
using MailFunctions.Smtp.Sessions;

namespace MailFunctions.Smtp.Relays;

/// <summary>
/// Decides whether content goes by BDAT (RFC 3030) over one connection. Each connection tries BDAT once without content,
/// since the servers behind one name may differ.
/// </summary>
internal sealed class ConnectionChunking(Chunking relay, TimeProvider clock)
{
    private bool _isTried;
    private bool _isKnown;

    public bool IsOn => _isKnown && relay.MayBeUsed(clock.GetUtcNow());

    public bool IsUntried => !_isTried && relay.MayBeUsed(clock.GetUtcNow());

    /// <summary>
    /// Takes the reply to an empty chunk outside of a transaction: 503, since it is out of place (RFC 3030 section 2), or
    /// 250. Any other reply shows that the server does not know the command.
    /// </summary>
    /// <returns>False when the connection cannot be used: the relay closes it, or expects something other than a command.</returns>
    public bool OnProbeReply(int code)
    {
        _isTried = true;
        _isKnown = code is 250 or 503;
        if (!_isKnown)
            relay.Doubt(clock.GetUtcNow());
        return _isKnown || code is (>= 400 and < 600) and not 421;
    }

    /// <summary>Records that no readable reply came.</summary>
    public void LearnOfLoss()
    {
        _isTried = true;
        relay.Doubt(clock.GetUtcNow());
    }

    /// <summary>
    /// Takes the result of a transaction with BDAT. A loss, a stall and any 5yz to the content make the
    /// relay get DATA next time.
    /// </summary>
    /// <returns>True when the reply is about the command and not about the mail, which can then be tried again by DATA.</returns>
    public bool OnReply(SmtpReply reply)
    {
        if (reply.Stage is not (SmtpStage.Data or SmtpStage.FinalDot))
            return false;
        if (reply.Code is < 200 or >= 500 or 421)
            relay.Doubt(clock.GetUtcNow());
        // RFC 5321 section 4.2.4 and RFC 3463 section 3.6: not recognised, not implemented, out of sequence, bad parameters.
        return reply.Code is >= 500 and <= 504 || (reply.Code is >= 500 and < 600 && reply.EnhancedCode is "5.5.0" or "5.5.1" or "5.5.2" or "5.5.4");
    }
}
