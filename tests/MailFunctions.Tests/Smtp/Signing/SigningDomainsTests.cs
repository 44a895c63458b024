using System.Security.Cryptography;
using MailFunctions.Smtp.Signing;

namespace MailFunctions.Tests.Smtp.Signing;

public sealed class SigningDomainsTests
{
    private static readonly string Der = Convert.ToBase64String(TestKeys.Rsa.ExportPkcs8PrivateKey());

    public static TheoryData<string, string> Spellings => new()
    {
        { "a PEM", TestKeys.RsaPem },
        { "with \\n", TestKeys.RsaPem.ReplaceLineEndings("\\n") },
        { "with \\r\\n", TestKeys.RsaPem.ReplaceLineEndings("\\r\\n") },
        { "with spaces", TestKeys.RsaPem.ReplaceLineEndings(" ") },
        { "with CRLF", TestKeys.RsaPem.ReplaceLineEndings("\r\n") },
        { "in quotes", $"\"{TestKeys.RsaPem}\"" },
        { "DER", Der },
        { "DER in lines", string.Join('\n', Der.Chunk(76).Select(line => new string(line))) },
        { "PKCS #1", TestKeys.Rsa.ExportRSAPrivateKeyPem() },
    };

    public static TheoryData<string, string> Wrong => new()
    {
        { RSA.Create(1024).ExportPkcs8PrivateKeyPem(), "is an RSA key of 1024 bits: it takes 2048 to 4096" },
        { TestKeys.Rsa.ExportSubjectPublicKeyInfoPem(), "is a public key" },
        { Convert.ToBase64String(TestKeys.Rsa.ExportSubjectPublicKeyInfo()), "is a public key" },
        { TestKeys.Ed25519Public, "cannot be read" },
        { TestKeys.Rsa.ExportEncryptedPkcs8PrivateKeyPem("secret", new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1000)), "is encrypted" },
        { Convert.ToBase64String(TestKeys.Rsa.ExportEncryptedPkcs8PrivateKey("secret", new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1000))), "is encrypted" },
        { "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----", "is" },
        { ECDsa.Create(ECCurve.NamedCurves.nistP256).ExportPkcs8PrivateKeyPem(), "elliptic curve" },
        { ECDsa.Create(ECCurve.NamedCurves.nistP256).ExportECPrivateKeyPem(), "elliptic curve" },
        { "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----", "is a PEM of the kind OPENSSH PRIVATE KEY" },
        { TestKeys.RsaPem[..400], "is no complete PEM" },
        { Der[..400], "cannot be read" },
        { "secret", "cannot be read" },
        { "", "is missing" },
        { "@Microsoft.KeyVault(VaultName=v;SecretName=dkim)", "is a reference that the platform did not replace" },
        { "akvs://subscription/vault/dkim", "is an akvs:// address" },
    };

    [Theory]
    [MemberData(nameof(Spellings))]
    public void A_key_is_read_in_each_of_its_spellings(string spelling, string key)
    {
        var read = Assert.Single(TestKeys.Domains(TestKeys.Key(key)).Find("example.com")!.Keys);

        Assert.True(read.PublicKey == Convert.ToBase64String(TestKeys.Rsa.ExportSubjectPublicKeyInfo()), spelling);
        Assert.Equal($"v=DKIM1; k=rsa; p={read.PublicKey}", read.Record);
    }

    /// <summary>RFC 8463 appendix A.2.</summary>
    [Fact]
    public void An_Ed25519_key_has_the_record_of_the_RFC() => Assert.Equal(
        $"v=DKIM1; k=ed25519; p={TestKeys.Ed25519Public}",
        TestKeys.Domains(TestKeys.Key(TestKeys.RsaPem), TestKeys.Key(TestKeys.Ed25519, "e1")).Find("example.com")!.Keys[1].Record);

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_is_no_key_stops_the_start_and_is_not_repeated(string key, string fault)
    {
        var error = Assert.Single(Errors(TestKeys.Options(TestKeys.Key(key))));

        Assert.StartsWith("MailFunctions:Dkim:Keys:0:Key ", error, StringComparison.Ordinal);
        Assert.Contains(fault, error, StringComparison.Ordinal);
        Assert.DoesNotContain(key.Length > 20 ? key[^20..] : "secret", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "s1", "Domain has no valid domain")]
    [InlineData("localhost", "s1", "Domain has no valid domain")]
    [InlineData("example.com", "", "Selector is no name of a selector")]
    [InlineData("example.com", "s_1", "Selector is no name of a selector")]
    [InlineData("example.com", "-s", "Selector is no name of a selector")]
    [InlineData("example.com", "s1.", "Selector is no name of a selector")]
    [InlineData("example.com", "é", "Selector is no name of a selector")]
    public void A_wrong_name_stops_the_start(string domain, string selector, string fault) =>
        Assert.StartsWith($"MailFunctions:Dkim:Keys:0:{fault}", Assert.Single(Errors(TestKeys.Options(TestKeys.Key(TestKeys.RsaPem, selector, domain)))), StringComparison.Ordinal);

    [Fact]
    public void Every_error_is_reported_at_once() =>
        Assert.Equal(3, Errors(TestKeys.Options(TestKeys.Key("", "", ""))).Count);

    [Fact]
    public void Keys_that_do_not_go_together_stop_the_start()
    {
        Assert.Equal(
            ["MailFunctions:Dkim:Keys: example.com has 2 keys of the selector s1."],
            Errors(TestKeys.Options(TestKeys.Key(TestKeys.RsaPem), TestKeys.Key(TestKeys.Ed25519, "S1"))));
        Assert.Contains(
            "example.com has 3 keys of rsa-sha256: it takes two",
            Assert.Single(Errors(TestKeys.Options(TestKeys.Key(TestKeys.RsaPem), TestKeys.Key(TestKeys.RsaPem, "s2"), TestKeys.Key(TestKeys.RsaPem, "s3")))),
            StringComparison.Ordinal);
        Assert.Contains("example.com has no RSA key", Assert.Single(Errors(TestKeys.Options(TestKeys.Key(TestKeys.Ed25519)))), StringComparison.Ordinal);
        Assert.Contains("Required is true, and there is no key", Assert.Single(Errors(new DkimOptions { Required = true })), StringComparison.Ordinal);
        Assert.Contains(
            "longer than 253 characters",
            Assert.Single(Errors(TestKeys.Options(TestKeys.Key(TestKeys.RsaPem, "s1", string.Join('.', Enumerable.Repeat(new string('a', 60), 4)))))),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_domain_signs_for_itself_and_where_set_for_those_below_it()
    {
        var alone = TestKeys.Domains(TestKeys.Key(TestKeys.RsaPem, domain: "Bücher.example"));
        var options = TestKeys.Options(TestKeys.Key(TestKeys.RsaPem), TestKeys.Key(TestKeys.RsaPem, domain: "news.example.com"));
        options.Subdomains = true;
        var below = SigningDomains.Read(options);

        Assert.Equal("xn--bcher-kva.example", alone.Find("xn--bcher-kva.example")?.Name);
        Assert.Null(alone.Find("a.xn--bcher-kva.example"));
        Assert.Equal("example.com", below.Find("a.b.example.com")?.Name);
        Assert.Equal("news.example.com", below.Find("a.news.example.com")?.Name);
        Assert.Null(below.Find("badexample.com"));
        Assert.Null(below.Find("com"));
    }

    [Theory]
    [InlineData(false, "example.org", false)]
    [InlineData(true, "example.org", true)]
    [InlineData(true, "example.com", false)]
    public void Mail_that_would_go_unsigned_is_refused_where_set(bool required, string domain, bool refused)
    {
        var options = TestKeys.Options(TestKeys.Key(TestKeys.RsaPem));
        options.Required = required;

        Assert.Equal(refused, SigningDomains.Read(options).Refuses(domain));
    }

    private static List<string> Errors(DkimOptions options)
    {
        var result = new DkimOptionsValidator().Validate(null, options);
        return result.Succeeded ? [] : [.. result.Failures!];
    }
}
