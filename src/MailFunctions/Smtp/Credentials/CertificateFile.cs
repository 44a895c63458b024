using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MailFunctions.Smtp.Credentials;

/// <summary>Reads a client certificate with its key, from a PKCS #12 file or from base64.</summary>
internal static class CertificateFile
{
    /// <param name="fault">Receives the error, which begins with the setting's name and contains nothing of the certificate or its password.</param>
    public static X509Certificate2? Read(string? file, string? base64, string? password, Action<string> fault)
    {
        if (!string.IsNullOrWhiteSpace(file) && !string.IsNullOrWhiteSpace(base64))
        {
            fault("ClientCertificatePath and :ClientCertificate exclude each other.");
            return null;
        }

        var (setting, content) = !string.IsNullOrWhiteSpace(file)
            ? ("ClientCertificatePath", "the path of a PKCS #12 file")
            : ("ClientCertificate", "a PKCS #12 file as base64");
        try
        {
            if (!string.IsNullOrWhiteSpace(file))
                return RequireKey(X509CertificateLoader.LoadPkcs12FromFile(file, password));
            return string.IsNullOrWhiteSpace(base64) ? null : RequireKey(X509CertificateLoader.LoadPkcs12(Convert.FromBase64String(base64), password));
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException or FormatException)
        {
            fault($"{setting} cannot be read: it takes {content} with a certificate and its key, and ClientCertificatePassword its password.");
            return null;
        }
    }

    private static X509Certificate2 RequireKey(X509Certificate2 certificate)
    {
        if (certificate.HasPrivateKey)
            return certificate;
        certificate.Dispose();
        throw new CryptographicException("There is no key.");
    }
}
