namespace MailFunctions.TestPeers.Smtp;

internal enum SmtpEnding
{
    /// <summary>The connection goes on.</summary>
    None,

    /// <summary>FIN after what was sent.</summary>
    Close,

    /// <summary>FIN, and reading goes on until the client's own.</summary>
    HalfClose,

    /// <summary>RST.</summary>
    Reset,
}
