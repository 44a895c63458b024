using MimeKit;

namespace MailFunctions.Smtp.Signing;

/// <summary>The message of one attempt, signed for the relay that it goes to.</summary>
/// <param name="domain">The domain that signs; null for a message that goes unsigned.</param>
/// <param name="keys">The keys to sign with, in the order in which the signatures are made.</param>
/// <param name="signedAt">The same at each attempt, so that a retry is the same bytes.</param>
/// <remarks>Not thread safe.</remarks>
internal sealed class OutgoingMessage(MimeMessage message, SigningDomain? domain, IReadOnlyList<DkimKey> keys, DateTimeOffset signedAt) : IDisposable
{
    private readonly Dictionary<bool, byte[]> _bodyHashes = [];
    private readonly List<Header> _signatures = [];

    public MimeMessage Message { get; } = message;

    /// <summary>
    /// Signs the message as it will be sent, in place of an earlier signature for another connection. A file that is only read
    /// while the mail is sent is read once for this; no part of it is kept.
    /// </summary>
    /// <param name="format">The format that the message is sent in: another one has other bytes.</param>
    /// <param name="fields">Null for a relay whose mail is not signed.</param>
    /// <exception cref="MailFunctions.Mail.UnreadableFileException">A file of the mail has changed or cannot be read.</exception>
    public async Task SignAsync(FormatOptions format, SignedFields? fields, CancellationToken cancellationToken)
    {
        _signatures.ForEach(signature => Message.Headers.Remove(signature));
        _signatures.Clear();
        if (domain is null || fields is null)
            return;

        if (!_bodyHashes.TryGetValue(format.International, out var bodyHash))
            _bodyHashes[format.International] = bodyHash = await RelaxedBody.HashAsync(Message, format, cancellationToken);
        var header = HeaderBlock.Of(Message, format);
        var names = fields.Of(header);
        foreach (var key in keys)
            _signatures.Add(DkimSignature.Make(domain, key, signedAt, header, names, bodyHash));
        // The last that is made is on top: none covers another.
        _signatures.ForEach(signature => Message.Headers.Insert(0, signature));
    }

    public void Dispose() => Message.Dispose();
}
