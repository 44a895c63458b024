using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace MailFunctions.Smtp.Wire;

/// <summary>Puts a connection to a relay under TLS, and describes what is wrong with a certificate that is not accepted.</summary>
internal static class TlsHandshake
{
    /// <param name="transport">Disposed of with the result, and on failure.</param>
    /// <param name="options">
    /// The host's name, client certificates, whether revocation is checked, and the callback that may accept a
    /// certificate that the system does not.
    /// </param>
    /// <exception cref="TlsRefusedException">The certificate or the handshake cannot be trusted.</exception>
    public static async Task<SslStream> RunAsync(Stream transport, SslClientAuthenticationOptions options, CancellationToken cancellationToken)
    {
        string? refusal = null;
        var exempt = options.RemoteCertificateValidationCallback;
        // RFC 8996: nothing below TLS 1.2.
        options.EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        options.RemoteCertificateValidationCallback = (sender, certificate, chain, errors) =>
        {
            if (errors == SslPolicyErrors.None || exempt?.Invoke(sender, certificate, chain, errors) == true)
                return true;
            refusal = Reasons(options.TargetHost!, certificate, chain, errors);
            return false;
        };
        var tls = new SslStream(transport);
        try
        {
            await tls.AuthenticateAsClientAsync(options, cancellationToken);
            return tls;
        }
        catch (Exception exception)
        {
            await tls.DisposeAsync();
            if (exception is OperationCanceledException or WireException)
                throw;
            throw new TlsRefusedException(refusal ?? exception.GetBaseException().Message, exception);
        }
    }

    private static string Reasons(string host, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
            return "The server showed no SSL certificate.";
        var reasons = new List<string>();
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            reasons.Add(Misnamed(host, NamesOf(certificate)));
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
        {
            var ofElements = chain?.ChainElements.SelectMany(element => element.ChainElementStatus).ToList() ?? [];
            var statuses = (ofElements.Count > 0 ? ofElements : [.. chain?.ChainStatus ?? []]).Select(status => status.StatusInformation.Trim()).Distinct();
            reasons.Add($"The server's SSL certificate could not be validated for the following reasons: {string.Join("; ", statuses)}");
        }

        return string.Join(' ', reasons);
    }

    private static string Misnamed(string host, IReadOnlyList<string> names) => names.Count == 1
        ? $"The host name ({host}) did not match the name given in the server's SSL certificate ({names[0]})."
        : $"The host name ({host}) did not match any of the names given in the server's SSL certificate ({string.Join(", ", names)}).";

    private static IReadOnlyList<string> NamesOf(X509Certificate? certificate)
    {
        if (certificate is not X509Certificate2 known)
            return [];
        var names = known.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(extension => extension.EnumerateDnsNames());
        return [.. names.Append(known.GetNameInfo(X509NameType.DnsName, forIssuer: false)).Where(name => name.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase)];
    }
}
