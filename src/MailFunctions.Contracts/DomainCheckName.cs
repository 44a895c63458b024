namespace MailFunctions.Contracts;

/// <summary>The checks of a sender's domain.</summary>
public static class DomainCheckName
{
    /// <summary>The SPF record of the envelope's domain: its syntax and its limits.</summary>
    public const string Spf = "spf";

    /// <summary>The permission of a relay by that record.</summary>
    public const string SpfRelay = "spf_relay";

    /// <summary>The record of one of the app's own DKIM keys.</summary>
    public const string Dkim = "dkim";

    /// <summary>The policy that receivers apply.</summary>
    public const string Dmarc = "dmarc";

    /// <summary>The host that takes mail for the domain of From.</summary>
    public const string Mx = "mx";

    /// <summary>The host that takes bounces for the envelope's domain.</summary>
    public const string ReturnPath = "return_path";

    /// <summary>TLS for mail to the domain (RFC 8461); information.</summary>
    public const string MtaSts = "mta_sts";

    /// <summary>Reports about TLS (RFC 8460); information.</summary>
    public const string TlsRpt = "tls_rpt";

    /// <summary>A logo; information.</summary>
    public const string Bimi = "bimi";
}
