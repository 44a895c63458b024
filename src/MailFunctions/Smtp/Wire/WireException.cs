using MailFunctions.Mail;

namespace MailFunctions.Smtp.Wire;

/// <summary>The reason why a connection to a relay cannot be used any more.</summary>
internal enum WireFault
{
    /// <summary>A reply does not answer the command that it was read for, so that no later reply can be trusted either.</summary>
    OutOfStep,

    /// <summary>The relay sent something that is no SMTP reply.</summary>
    Malformed,

    /// <summary>The relay sent more than a reply, or a connection, may hold.</summary>
    TooLong,

    /// <summary>A reply was not complete, or octets were not taken, within the time allowed.</summary>
    TimedOut,

    /// <summary>The connection was closed or lost.</summary>
    Closed,

    /// <summary>The relay sent 421 unasked (RFC 5321 section 3.8): it closes the connection.</summary>
    Closing,
}

/// <summary>The connection cannot be used any more; the message says why, for the operator who looks at a mail.</summary>
internal sealed class WireException(WireFault fault, string message, Exception? inner = null) : IOException(message, inner)
{
    public WireFault Fault { get; } = fault;

    /// <summary>The reply that announced the closing (421), or that was out of step.</summary>
    public WireReply? Reply { get; init; }
}

/// <summary>The relay answered a command of the opening with a refusal.</summary>
internal sealed class RelayRefusedException(SmtpStage stage, WireReply reply) : Exception(reply.ToString())
{
    public SmtpStage Stage { get; } = stage;

    public WireReply Reply { get; } = reply;
}

/// <summary>DNS gives no address for the relay's name.</summary>
internal sealed class RelayNotFoundException(string message, Exception? inner) : Exception(message, inner);

/// <summary>
/// No trustworthy TLS connection to this relay is possible; the message says what is wrong with its certificate or handshake.
/// </summary>
internal sealed class TlsRefusedException(string message, Exception? inner = null) : Exception(message, inner);
