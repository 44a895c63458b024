using Azure.Core;
using Azure.Identity;
using MailFunctions.Smtp.Relays;

namespace MailFunctions.Smtp.Credentials;

/// <summary>Makes the credential that issues access tokens for a relay.</summary>
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
        // No interactive login: a server has no user at a browser.
        return new DefaultAzureCredential(new DefaultAzureCredentialOptions { ExcludeInteractiveBrowserCredential = true, TenantId = options.TenantId });
    }
}
