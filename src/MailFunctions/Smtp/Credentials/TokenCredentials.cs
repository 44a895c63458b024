using Azure.Core;
using Azure.Identity;
using MailFunctions.Smtp.Relays;

namespace MailFunctions.Smtp.Credentials;

/// <summary>Makes what gives out access tokens for a relay.</summary>
internal delegate TokenCredential TokenCredentialFactory(OAuthOptions options);

internal static class TokenCredentials
{
    public static TokenCredential Create(OAuthOptions options)
    {
        if (!string.IsNullOrEmpty(options.ClientSecret))
            return new ClientSecretCredential(options.TenantId, options.ClientId, options.ClientSecret);
        if (!string.IsNullOrEmpty(options.CertificatePath))
        {
            return string.IsNullOrEmpty(options.CertificatePassword)
                ? new ClientCertificateCredential(options.TenantId, options.ClientId, options.CertificatePath)
                : new ClientCertificateCredential(
                    options.TenantId,
                    options.ClientId,
                    System.Security.Cryptography.X509Certificates.X509CertificateLoader.LoadPkcs12FromFile(options.CertificatePath, options.CertificatePassword));
        }

        if (!string.IsNullOrEmpty(options.ManagedIdentityClientId))
            return new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(options.ManagedIdentityClientId));
        // Nobody sits at a mail server's keyboard.
        return new DefaultAzureCredential(new DefaultAzureCredentialOptions { ExcludeInteractiveBrowserCredential = true, TenantId = options.TenantId });
    }
}
