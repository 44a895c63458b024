using System.Security.Cryptography;
using MailFunctions.Benchmarks.Comparison;
using MailFunctions.Benchmarks.Sending;
using MailFunctions.Mail;
using MailFunctions.Smtp.Composition;
using MailFunctions.Smtp.Signing;
using MimeKit;

namespace MailFunctions.Benchmarks.Signing;

/// <summary>A signature of a composed mail, beside a hash of its bytes and the RSA operation, in alternating rounds.</summary>
internal sealed class BareSigning(int rounds)
{
    private const int Times = 200;

    /// <summary>The rounds before those that count: code that ran often is compiled again while it runs.</summary>
    private const int WarmUp = 15;

    private static readonly FormatOptions Wire = new() { NewLineFormat = NewLineFormat.Dos, EnsureNewLine = true };

    public async Task RunAsync(Table table, CancellationToken cancellationToken)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var message = MessageComposer.Compose(EmailId.Mint(now)[0], SampleMail.Content, now);
        using var written = new MemoryStream();
        await message.WriteToAsync(Wire, written, cancellationToken);
        var bytes = written.ToArray();
        void Bare() => SigningSample.Rsa.SignHash(SHA256.HashData(bytes), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        async Task SignAsync()
        {
            // Not disposed of: the message is signed again.
            var outgoing = SigningSample.Signer.Prepare(message, "example.org", now);
            await outgoing.SignAsync(Wire, SignedFields.All, cancellationToken);
            await outgoing.SignAsync(Wire, fields: null, cancellationToken);
        }

        var taken = new List<(double Bare, double Signed)>();
        for (var round = -WarmUp; round < rounds; round++)
        {
            var began = TimeProvider.System.GetTimestamp();
            for (var i = 0; i < Times; i++)
                Bare();
            var bare = TimeProvider.System.GetElapsedTime(began);
            began = TimeProvider.System.GetTimestamp();
            for (var i = 0; i < Times; i++)
                await SignAsync();
            if (round >= 0)
                taken.Add((bare.TotalMicroseconds / Times, TimeProvider.System.GetElapsedTime(began).TotalMicroseconds / Times));
        }

        var ratio = Statistic.Median(taken.Select(round => round.Signed / round.Bare));
        table.Row(
            FormattableString.Invariant($"one signature of a mail of {bytes.Length:N0} bytes, µs; bare: SHA-256 of its bytes and RSA.SignHash"),
            Figure.Whole(Statistic.Median(taken.Select(round => round.Bare))),
            Figure.Whole(Statistic.Median(taken.Select(round => round.Signed))),
            Figure.Ratio(ratio),
            $"at most 1.2: {Figure.Verdict(ratio <= 1.2)}");
    }
}
