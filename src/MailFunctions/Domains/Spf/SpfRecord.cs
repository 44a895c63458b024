using System.Net;

namespace MailFunctions.Domains.Spf;

/// <summary>A record as it is published (RFC 7208 section 4.5), read term by term.</summary>
/// <param name="Redirect">The target of the modifier; null without one.</param>
/// <param name="Faults">Every syntax error. A record with one gives <c>permerror</c>, wherever it is.</param>
internal sealed record SpfRecord(string Text, IReadOnlyList<SpfMechanism> Mechanisms, DomainSpec? Redirect, IReadOnlyList<SpfFault> Faults)
{
    public bool HasAll => Mechanisms.Any(mechanism => mechanism.Kind == SpfKind.All);

    /// <summary>True where the redirect can take effect: after mechanisms of which none is <c>all</c> (RFC 7208 section 6.1).</summary>
    public bool Redirects => Redirect is not null && !HasAll;

    /// <summary>Tests whether a TXT record is one for SPF: its version, then a space or its end.</summary>
    public static bool IsOne(string text) =>
        text.StartsWith("v=spf1", StringComparison.OrdinalIgnoreCase) && (text.Length == 6 || text[6] == ' ');
}

/// <param name="Text">The term as written, with its qualifier.</param>
/// <param name="Target">The domain that it names; null for the domain of the record.</param>
/// <param name="Address">The address of <c>ip4</c> and <c>ip6</c>.</param>
/// <param name="Prefix4">The bits of an IPv4 address that are compared.</param>
/// <param name="Prefix6">The bits of an IPv6 address that are compared.</param>
internal sealed record SpfMechanism(string Text, SpfResult Qualifier, SpfKind Kind, DomainSpec? Target, IPAddress? Address, int Prefix4 = 32, int Prefix6 = 128)
{
    /// <summary>True for a term that counts towards the ten (RFC 7208 section 4.6.4).</summary>
    public bool IsLookup => Kind is SpfKind.Include or SpfKind.A or SpfKind.Mx or SpfKind.Ptr or SpfKind.Exists;

    /// <summary>Tests an address against one that the term names or that a name has.</summary>
    public bool Covers(IPAddress named, IPAddress client)
    {
        if (named.AddressFamily != client.AddressFamily)
            return false;
        var (left, right) = (named.GetAddressBytes(), client.GetAddressBytes());
        var bits = left.Length == 4 ? Prefix4 : Prefix6;
        var whole = bits / 8;
        return left.AsSpan(0, whole).SequenceEqual(right.AsSpan(0, whole))
            && (bits % 8 == 0 || ((left[whole] ^ right[whole]) >> (8 - (bits % 8))) == 0);
    }
}

internal enum SpfKind
{
    All,
    Include,
    A,
    Mx,
    Ptr,
    Ip4,
    Ip6,
    Exists,
}

/// <summary>The results of RFC 7208 section 2.6. The first four are also qualifiers.</summary>
internal enum SpfResult
{
    Pass,
    Fail,
    SoftFail,
    Neutral,
    None,
    TempError,
    PermError,
}

/// <param name="Position">The first character of the term within the record, from 1.</param>
internal readonly record struct SpfFault(int Position, string Term, string Sentence)
{
    public override string ToString() => $"'{Term}' at character {Position} {Sentence}";
}
