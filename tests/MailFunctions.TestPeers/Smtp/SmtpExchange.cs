namespace MailFunctions.TestPeers.Smtp;

/// <summary>One thing a client did that the server has to answer: what a script looks at, best with a property pattern.</summary>
public sealed record SmtpExchange
{
    /// <summary>The verb of a new connection, answered by the server's greeting.</summary>
    public const string Greeting = "greeting";

    /// <summary>The verb of the end of the content, whether by DATA or by BDAT LAST.</summary>
    public const string FinalDot = ".";

    /// <summary>Upper case, or <see cref="Greeting"/>, or <see cref="FinalDot"/>.</summary>
    public required string Verb { get; init; }

    /// <summary>What followed the verb; of AUTH the mechanism alone.</summary>
    public string Argument { get; init; } = "";

    /// <summary>The number of the connection, from 1.</summary>
    public required int Connection { get; init; }

    /// <summary>The number of the mail on this connection, from 1; 0 before the first MAIL.</summary>
    public int Mail { get; init; }

    /// <summary>How often this server has met this verb with this address, this time included.</summary>
    public int Seen { get; init; }

    /// <summary>Connections open at this moment, this one included.</summary>
    public int OpenConnections { get; init; }

    /// <summary>The path of MAIL or RCPT without its brackets; "" is the null reverse-path.</summary>
    public string? Address { get; init; }

    /// <summary>ESMTP parameters of MAIL or RCPT; one without a value has "".</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = SmtpPath.NoParameters;

    /// <summary>The sender of the open transaction; null outside one.</summary>
    public string? Sender { get; init; }

    /// <summary>Recipients accepted in the open transaction.</summary>
    public IReadOnlyList<string> Recipients { get; init; } = [];

    public bool IsTls { get; init; }

    /// <summary>Who has authenticated; at AUTH, who wants to.</summary>
    public string? User { get; init; }

    /// <summary>At AUTH, the password or token offered.</summary>
    public string? Secret { get; init; }

    /// <summary>At the final dot, the content without its dot-stuffing.</summary>
    public ReadOnlyMemory<byte> Content { get; init; }

    public string? LocalPart => Address is null ? null : Address[..Math.Max(0, Address.LastIndexOf('@'))];

    public string? Domain => Address?[(Address.LastIndexOf('@') + 1)..];
}
