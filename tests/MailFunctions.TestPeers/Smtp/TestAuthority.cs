using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MailFunctions.TestPeers.Smtp;

/// <summary>A certificate authority made at run time, valid for a day: for servers that show a certificate which somebody has signed.</summary>
public sealed class TestAuthority : IDisposable
{
    private static readonly TimeSpan Validity = TimeSpan.FromDays(1);

    private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _certificate;

    public TestAuthority()
    {
        var request = new CertificateRequest("CN=Authority of the tests", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        _certificate = request.CreateSelfSigned(_now - Validity, _now + Validity);
    }

    /// <summary>What a client has to trust.</summary>
    public string Pem => _certificate.ExportCertificatePem();

    /// <summary>Private key and certificate of a server, as Postfix and nginx take them in one file.</summary>
    /// <param name="name">The one DNS name that it is for; an address is not among them.</param>
    public string IssuePem(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1", "serverAuth")], critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        using var issued = request.Create(_certificate, _now - (Validity / 2), _now + (Validity / 2), RandomNumberGenerator.GetBytes(8));
        return $"{key.ExportPkcs8PrivateKeyPem()}\n{issued.ExportCertificatePem()}\n";
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _key.Dispose();
    }
}
