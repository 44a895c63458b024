using System.Text;
using CsCheck;
using MailFunctions.Dns;
using MailFunctions.Mail;
using MailFunctions.Smtp.Composition;
using MailFunctions.Smtp.Signing;
using MailFunctions.Tests.Smtp.Composition;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MimeKit;
using MimeKit.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Security;

namespace MailFunctions.Tests.Smtp.Signing;

public sealed class OutgoingMessageTests
{
    private static readonly DateTimeOffset AcceptedAt = new(2026, 11, 23, 10, 42, 17, TimeSpan.FromHours(2));
    private static readonly EmailId Id = EmailId.Mint(AcceptedAt).Single();
    private static readonly FormatOptions Wire = new() { NewLineFormat = NewLineFormat.Dos, EnsureNewLine = true };
    private static readonly FormatOptions International = new() { NewLineFormat = NewLineFormat.Dos, EnsureNewLine = true, International = true };
    private static readonly SigningDomains Both = TestKeys.Domains(TestKeys.Key(TestKeys.RsaPem), TestKeys.Key(TestKeys.Ed25519, "e1"));
    private static readonly SignedFields ForSes = SignedFields.Without("Message-ID, Date")!;

    /// <summary>It asks no name server, since no domain has two keys of an algorithm.</summary>
    private static readonly KeyRotation NoRotation = new(new DnsResolver(Options.Create(new DnsOptions())), TimeProvider.System, NullLogger<KeyRotation>.Instance);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>MimeKit's signer is another implementation of both forms, of the order of fields and of the hash.</summary>
    [Fact]
    public async Task A_signature_is_the_one_that_MimeKit_makes() => await Contents.Any.SampleAsync(
        async content =>
        {
            var signed = await SignAsync(content with { From = content.From with { Domain = "example.com" } }, TestKeys.Domains(TestKeys.Key(TestKeys.RsaPem)), Wire);
            var ours = signed.Headers[0];
            signed.Headers.RemoveAt(0);
            var names = Tag(ours, "h").Split(':');
            new MimeKitSigner(AcceptedAt).Sign(Wire, signed, names);

            Assert.Equal(signed.Headers[0].Value, ours.Value);
        },
        iter: Samples.Few(60),
        threads: 1);

    [Fact]
    public async Task Both_signatures_verify_with_RSA_on_top()
    {
        var read = Read(await BytesAsync(Content(), Both, Wire));

        Assert.Equal(["rsa-sha256", "ed25519-sha256"], Signatures(read).Select(signature => Tag(signature, "a")));
        Assert.All(Signatures(read), signature => Assert.True(Verifies(read, signature)));
    }

    [Fact]
    public async Task The_same_mail_is_signed_to_the_same_bytes() =>
        Assert.Equal(await BytesAsync(Content(), Both, Wire), await BytesAsync(Content(), Both, Wire));

    [Fact]
    public async Task A_signature_names_domain_selector_and_accept_time_and_no_end_or_length()
    {
        var signature = (await SignAsync(Content(), Both, Wire)).Headers[0];

        Assert.Equal(("example.com", "s1", "relaxed/relaxed", "1795423337"), (Tag(signature, "d"), Tag(signature, "s"), Tag(signature, "c"), Tag(signature, "t")));
        Assert.DoesNotMatch("[ ;](x|l|z|i)=", signature.Value);
    }

    /// <summary>The list is that of RFC 6376 section 5.4.1, and RFC 8058 section 4 for List-Unsubscribe-Post.</summary>
    [Fact]
    public async Task Every_field_that_matters_is_covered_and_none_can_be_added()
    {
        var signature = (await SignAsync(
            Content() with { Headers = [new("List-Unsubscribe", "<https://example.com/u>"), new("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"), new("References", "<a@b>"), new("X-Order", "1")] },
            Both,
            Wire)).Headers[0];

        Assert.Equal(
            "from:from:reply-to:subject:subject:date:date:to:to:cc:message-id:message-id:references:mime-version:content-type:content-type:list-unsubscribe:list-unsubscribe:list-unsubscribe-post:list-unsubscribe-post",
            Tag(signature, "h"));
    }

    [Theory]
    [InlineData("From: Mallory <mallory@example.net>")]
    [InlineData("Subject: Another")]
    [InlineData("Cc: eve@example.net")]
    [InlineData("Reply-To: eve@example.net")]
    [InlineData("List-Unsubscribe: <https://example.net>")]
    [InlineData("Content-Type: text/html")]
    public async Task A_field_put_on_top_breaks_every_signature(string field)
    {
        byte[] more = [.. Encoding.ASCII.GetBytes(field + "\r\n"), .. await BytesAsync(Content(), Both, Wire)];
        var read = Read(more);

        Assert.All(Signatures(read), signature => Assert.False(Verifies(read, signature)));
    }

    [Fact]
    public async Task A_relay_that_rewrites_fields_does_not_break_what_leaves_them_out()
    {
        var sent = Encoding.ASCII.GetString(await BytesAsync(Content(), Both, Wire, ForSes));
        var read = Read(Encoding.ASCII.GetBytes(sent.Replace("Message-Id: <", "Message-Id: <0102.", StringComparison.Ordinal).Replace("Date: Mon", "Date: Tue", StringComparison.Ordinal)));

        Assert.Equal(2, Signatures(read).Count(signature => Verifies(read, signature)));
        Assert.DoesNotMatch("date|message-id", Tag(read.Headers[0], "h"));
    }

    [Fact]
    public async Task A_message_that_goes_to_another_relay_has_the_signatures_for_that_one_alone()
    {
        using var message = Prepare(Content(), Both);
        await message.SignAsync(Wire, ForSes, Cancellation);
        await message.SignAsync(Wire, SignedFields.All, Cancellation);
        var both = Bytes(message.Message, Wire);
        await message.SignAsync(Wire, fields: null, Cancellation);

        Assert.Equal(await BytesAsync(Content(), Both, Wire), both);
        Assert.Empty(Signatures(message.Message));
    }

    [Fact]
    public async Task A_message_is_signed_in_the_format_that_it_is_sent_in()
    {
        var content = Content() with { From = new EmailAddress("Zoë", "zoë", "example.com"), Subject = "Grüße", Attachments = [new() { FileName = "größe.txt", ContentType = "text/plain", Bytes = new byte[] { 1, 2 } }] };
        var international = Read(await BytesAsync(content, Both, International));
        using var message = Prepare(content, Both);
        await message.SignAsync(Wire, SignedFields.All, Cancellation);
        var mixed = Read(Bytes(message.Message, International));

        Assert.All(Signatures(international), signature => Assert.True(Verifies(international, signature)));
        Assert.All(Signatures(mixed), signature => Assert.False(Verifies(mixed, signature)));
    }

    [Fact]
    public async Task A_file_that_flows_is_signed_like_one_in_memory()
    {
        var bytes = new byte[300_000];
        new Random(1).NextBytes(bytes);
        var reads = 0;
        var file = new Attachment { FileName = "a.bin", ContentType = "application/octet-stream", Bytes = bytes };
        var flowing = file with { Bytes = default, Flowing = new FlowingFile(bytes.Length, async (target, token) => { reads++; await target.WriteAsync(bytes, token); }) };
        using var message = Prepare(Content() with { Attachments = [flowing] }, Both);
        await message.SignAsync(Wire, SignedFields.All, Cancellation);
        await message.SignAsync(Wire, SignedFields.All, Cancellation);

        Assert.Equal((await SignAsync(Content() with { Attachments = [file] }, Both, Wire)).Headers[0].Value, message.Message.Headers[0].Value);
        Assert.Equal(1, reads);
    }

    [Fact]
    public async Task Mail_of_a_domain_without_a_key_goes_unsigned() =>
        Assert.Empty(Signatures(await SignAsync(Content() with { From = new EmailAddress("", "a", "example.org") }, Both, Wire)));

    [Fact]
    public async Task Signatures_of_many_threads_verify()
    {
        var signed = new MimeMessage[64];
        await Parallel.ForAsync(0, signed.Length, Cancellation, async (index, _) =>
            signed[index] = Read(await BytesAsync(Content() with { Subject = $"Mail {index}" }, Both, Wire)));

        Assert.All(signed, read => Assert.Equal(2, Signatures(read).Count(signature => Verifies(read, signature))));
    }

    private static EmailContent Content() => new()
    {
        From = new EmailAddress("Shop", "shop", "example.com"),
        To = [new EmailAddress("", "ada", "example.net")],
        Subject = "Your order",
        Text = "Thank you.  \n\nYour shop\t\n\n\n",
    };

    private static OutgoingMessage Prepare(EmailContent content, SigningDomains domains) =>
        new MessageSigner(domains, NoRotation).Prepare(MessageComposer.Compose(Id, content, AcceptedAt), content.From.Domain, AcceptedAt);

    private static async Task<MimeMessage> SignAsync(EmailContent content, SigningDomains domains, FormatOptions format, SignedFields? fields = null)
    {
        var message = Prepare(content, domains);
        await message.SignAsync(format, fields ?? SignedFields.All, Cancellation);
        return message.Message;
    }

    private static async Task<byte[]> BytesAsync(EmailContent content, SigningDomains domains, FormatOptions format, SignedFields? fields = null) =>
        Bytes(await SignAsync(content, domains, format, fields), format);

    private static byte[] Bytes(MimeMessage message, FormatOptions format)
    {
        using var written = new MemoryStream();
        message.WriteTo(format, written);
        return written.ToArray();
    }

    private static MimeMessage Read(byte[] bytes) => MimeMessage.Load(new MemoryStream(bytes));

    private static IReadOnlyList<Header> Signatures(MimeMessage message) => [.. message.Headers.Where(header => header.Id == HeaderId.DkimSignature)];

    private static bool Verifies(MimeMessage message, Header signature) => new DkimVerifier(new Records()).Verify(Wire, message, signature, Cancellation);

    private static string Tag(Header signature, string name) =>
        signature.Value.Split(';').Select(tag => tag.Trim().Split('=', 2)).Single(tag => tag[0] == name)[1].Replace(" ", "", StringComparison.Ordinal).Replace("\t", "", StringComparison.Ordinal);

    /// <summary>MimeKit's, with the accept time.</summary>
    private sealed class MimeKitSigner : DkimSigner
    {
        private readonly DateTimeOffset _at;

        public MimeKitSigner(DateTimeOffset at)
            : base(PrivateKeyFactory.CreateKey(TestKeys.Rsa.ExportPkcs8PrivateKey()), "example.com", "s1")
        {
            _at = at;
            (HeaderCanonicalizationAlgorithm, BodyCanonicalizationAlgorithm) = (DkimCanonicalizationAlgorithm.Relaxed, DkimCanonicalizationAlgorithm.Relaxed);
        }

        protected override long GetTimestamp() => _at.ToUnixTimeSeconds();
    }

    /// <summary>The records of the keys, which are published nowhere.</summary>
    private sealed class Records : IDkimPublicKeyLocator
    {
        public AsymmetricKeyParameter LocatePublicKey(string methods, string domain, string selector, CancellationToken cancellationToken) => selector == "e1"
            ? new Org.BouncyCastle.Crypto.Parameters.Ed25519PublicKeyParameters(Convert.FromBase64String(TestKeys.Ed25519Public))
            : PublicKeyFactory.CreateKey(TestKeys.Rsa.ExportSubjectPublicKeyInfo());

        public Task<AsymmetricKeyParameter> LocatePublicKeyAsync(string methods, string domain, string selector, CancellationToken cancellationToken) =>
            Task.FromResult(LocatePublicKey(methods, domain, selector, cancellationToken));
    }
}
