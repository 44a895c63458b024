using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MailFunctions.TestPeers.Smtp;

/// <summary>Certificates made at run time, each its own root: trusted by who is told to trust it, and by nobody else.</summary>
public static class TestCertificate
{
    /// <summary>For localhost and 127.0.0.1, valid for a day.</summary>
    public static X509Certificate2 Create() => Create("localhost", TimeSpan.FromDays(-1), TimeSpan.FromDays(1));

    /// <param name="name">The DNS name; localhost includes 127.0.0.1.</param>
    /// <param name="from">Beginning of validity, from now; negative is the past.</param>
    /// <param name="until">End of validity, from now; negative makes an expired one.</param>
    public static X509Certificate2 Create(string name, TimeSpan from, TimeSpan until)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        if (name == "localhost")
            names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1", "serverAuth")], critical: false));

        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now + from, now + until);

        // The TLS of Windows refuses a key that lives in memory only: a round through PKCS #12 gives it a home.
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), password: null);
    }
}
