namespace MailFunctions.Smtp.Relays;

/// <summary>The reason why a relay is not used for a while. Its name in snake case is part of the answer of <c>explain</c>.</summary>
internal enum RelayCause
{
    /// <summary>It could not be reached, or the connection broke.</summary>
    Unreachable,

    /// <summary>It refuses every client for now: 421, or Exchange's 432.</summary>
    Busy,

    /// <summary>Its replies do not answer the commands that they were read for (RFC 5321 section 4.3.2).</summary>
    OutOfStep,

    /// <summary>Mail after mail gets 4yz.</summary>
    Deferrals,

    /// <summary>Mail after mail is refused with 5yz at MAIL, with a reply whose meaning is not known.</summary>
    RefusesAll,

    /// <summary>The user, password or token is refused.</summary>
    Credentials,

    /// <summary>It demands TLS, or does not offer it where it is required.</summary>
    Tls,

    /// <summary>A quota or rate of the account, or of our address, is used up.</summary>
    SendingLimit,

    /// <summary>The account is suspended, disabled or not activated.</summary>
    Account,

    /// <summary>Our IP address or its name is blocked.</summary>
    Address,

    /// <summary>It refuses the name that we give in EHLO.</summary>
    HeloName,

    /// <summary>It does not relay for us.</summary>
    Relaying,

    /// <summary>It does not allow this account to send for this sender.</summary>
    Sender,

    /// <summary>SPF, DKIM or DMARC of the sender's domain fails.</summary>
    SenderDomain,

    /// <summary>A failure of the relay's own system, by its enhanced status code.</summary>
    System,

    /// <summary>A setting of ours holds a reference to a secret that the platform did not resolve: the relay was not contacted.</summary>
    UnresolvedSetting,
}

internal static class RelayCauses
{
    /// <summary>The cause concerns mail of the sender that got it, and may not concern mail of other senders.</summary>
    public static bool IsOfSender(this RelayCause cause) => cause is RelayCause.Sender or RelayCause.SenderDomain;

    /// <summary>The relay refuses us: it works, and something of ours has to be fixed or waited for.</summary>
    public static bool IsRefusal(this RelayCause cause) => cause is not (RelayCause.Unreachable or RelayCause.OutOfStep or RelayCause.Busy or RelayCause.Deferrals or RelayCause.System);

    /// <summary>Describes the likely cause and its remedy, for an operator.</summary>
    public static string Sentence(this RelayCause cause) => cause switch
    {
        RelayCause.Busy => "Likely cause: more connections or mails at a time than it takes. Lower MaxConnections or set a rate for the relay.",
        RelayCause.OutOfStep => "Likely cause: a proxy, firewall or virus scanner on the way, or a fault of the relay: its replies are out of step with our commands, so that none can be trusted. Ask whoever runs it.",
        RelayCause.Deferrals => "Likely cause: the relay is overloaded, or slows us down. It is tried again by itself.",
        RelayCause.RefusesAll => "Likely cause: a limit, a block or a setting of our account, told in words that are not known here. Read the reply, and ask whoever runs the relay.",
        RelayCause.Credentials => "Likely cause: user, password or token is wrong, expired or missing, or the account may not log in this way. Mend the relay's credentials.",
        RelayCause.Tls => "Likely cause: one side demands TLS and the other does not offer it. Set the relay's TLS mode and port to what it expects.",
        RelayCause.SendingLimit => "Likely cause: the sending limit of our account is used up. It goes on when the limit does; ask for a higher one, or set the relay's rates below it.",
        RelayCause.Account => "Likely cause: our account is suspended, disabled or not activated. Ask the relay's support, and look for mail of theirs.",
        RelayCause.Address => "Likely cause: our IP address is on a block list, is not allowed for the account, or has no name in DNS. Have it delisted or allowed, or send from another one.",
        RelayCause.HeloName => "Likely cause: the name in our EHLO is no full host name, or is not in DNS. Set the relay's LocalName to a name of this host that DNS knows.",
        RelayCause.Relaying => "Likely cause: the relay does not know us, so that it takes no mail for others. Set credentials, or have our address allowed there.",
        RelayCause.Sender => "Likely cause: this account may not send in the name of the sender. Verify the sender's address or domain with the relay, or grant the right to send as it.",
        RelayCause.SenderDomain => "Likely cause: SPF, DKIM or DMARC of the sender's domain does not fit this relay. Mend the domain's DNS records.",
        RelayCause.UnresolvedSetting => "A setting of the relay is a reference to a secret that Azure did not resolve. Put the secret into the Key Vault, let the app's identity read it, and restart the app.",
        RelayCause.System => "Likely cause: the relay itself is in trouble. It is tried again by itself; ask whoever runs it if it lasts.",
        _ => "Likely cause: host, port, network or the relay itself. It is tried again by itself.",
    };
}
