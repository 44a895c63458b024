using System.Security.Cryptography;
using MailFunctions.Dns;
using MailFunctions.Smtp.Signing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace MailFunctions.Benchmarks.Signing;

/// <summary>An RSA key of 2,048 bits for the domain of the mail that everybody sends.</summary>
internal static class SigningSample
{
    public static RSA Rsa { get; } = RSA.Create(2048);

    public static MessageSigner Signer { get; } = Make();

    private static MessageSigner Make()
    {
        var options = new DkimOptions();
        options.Keys.Add(new DkimKeyOptions { Domain = "example.org", Selector = "s1", Key = Rsa.ExportPkcs8PrivateKeyPem() });
        // No name server is asked: there is one key.
        var rotation = new KeyRotation(new DnsResolver(Options.Create(new DnsOptions())), TimeProvider.System, NullLogger<KeyRotation>.Instance);
        return new MessageSigner(SigningDomains.Read(options), rotation);
    }
}
