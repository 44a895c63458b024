namespace MailFunctions.TestPeers.Dns;

/// <summary>One question as a <see cref="ScriptedDnsServer"/> gets it.</summary>
/// <param name="Name">In lower case, without the final dot.</param>
/// <param name="Type">The number of the type: 1 A, 5 CNAME, 12 PTR, 15 MX, 16 TXT, 28 AAAA.</param>
/// <param name="OverTcp">Whether it came by TCP.</param>
/// <param name="Seen">How often this name and type was asked for, this time too.</param>
public sealed record DnsExchange(string Name, int Type, bool OverTcp, int Seen);

/// <summary>What a <see cref="ScriptedDnsServer"/> does with one question, instead of answering from its records.</summary>
public sealed record DnsAction
{
    /// <summary>Says nothing.</summary>
    public static DnsAction Silence { get; } = new() { IsSilent = true };

    /// <summary>SERVFAIL, as a resolver answers when the domain's own servers do not.</summary>
    public static DnsAction ServerFailure { get; } = new() { Code = 2 };

    public static DnsAction Refused { get; } = new() { Code = 5 };

    /// <summary>Octets that are no DNS message.</summary>
    public static DnsAction Garbage { get; } = new() { Octets = [0xFF, 0xC0, 0x0C, 0xC0, 0x0C, 0x00, 0x7F, 0xC0, 0x0C, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF] };

    /// <summary>The right answer to another question's id, as a forger sends it.</summary>
    public static DnsAction WrongId { get; } = new() { IdIsWrong = true };

    /// <summary>A datagram that holds nothing and says that it was cut off.</summary>
    public static DnsAction Truncated { get; } = new() { IsTruncated = true };

    public bool IsSilent { get; init; }

    public bool IdIsWrong { get; init; }

    public bool IsTruncated { get; init; }

    public int Code { get; init; }

    public byte[]? Octets { get; init; }

    /// <summary>Puts the octets after the right header and question, which name one record.</summary>
    public bool IsPrefixedByHeader { get; init; }

    /// <summary>Answers from the records once this has ended.</summary>
    public Task? After { get; init; }
}
