using System.Text;
using MailFunctions.Mail;

namespace MailFunctions.Ledger;

/// <summary>
/// Stores the content of mails. Small content is stored in the ledger row itself. Of larger content every attachment is a
/// blob, <c>{id}/0</c>, <c>{id}/1</c> …, as raw bytes, and the rest is in the row, or, if large itself, in the blob
/// <c>{id}/content</c>. Content that several mails of one accept share is one blob, <c>{owner}/shared-0</c> … Of a file that
/// a mail refers to, only the reference is stored.
/// </summary>
internal sealed class ContentStore(ContentBlobs blobs, ReferencedFiles files)
{
    /// <summary>The most bytes in one row property; Azure takes 64 KiB. A transaction of 100 rows shares 4 MiB.</summary>
    public const int MaxInline = 32 * 1024;

    /// <summary>The least size worth a blob that mails share.</summary>
    private const int LeastShared = 4 * 1024;

    /// <summary>True if the content, by estimate, fits in the row: saving it then takes no call to storage.</summary>
    public static bool IsSmall(EmailContent content) => EmailContentSerializer.Estimate(content) <= MaxInline;

    /// <summary>True if the contents have pieces in common that would be written once.</summary>
    public static bool Share(IReadOnlyList<EmailContent> contents) => contents.Count > 1 && Common(contents).Any();

    /// <summary>
    /// Writes the blobs that the contents need. Pieces that are the same object in several contents are written once.
    /// Blobs that no ledger row names are garbage and may be deleted.
    /// </summary>
    /// <param name="owner">Names the blobs that the contents share.</param>
    public async Task<StoredContent[]> SaveAsync(EmailId owner, IReadOnlyList<(EmailId Id, EmailContent Content)> mails, CancellationToken cancellationToken)
    {
        var shared = await SaveSharedAsync(owner, mails, cancellationToken);
        var stored = new StoredContent[mails.Count];
        for (var i = 0; i < mails.Count; i++)
            stored[i] = await SaveAsync(mails[i].Id, mails[i].Content, owner, shared, cancellationToken);
        return stored;
    }

    /// <summary>Does the same for one mail.</summary>
    public async Task<StoredContent> SaveAsync(EmailId id, EmailContent content, CancellationToken cancellationToken) =>
        (await SaveAsync(id, [(id, content)], cancellationToken))[0];

    /// <param name="texts">Texts that several mails share, by blob: held once for all mails loaded with the same dictionary.</param>
    /// <exception cref="UnreadableFileException">A file that the mail refers to has changed or is gone.</exception>
    public async Task<EmailContent> LoadAsync(StoredContent stored, IDictionary<string, string> texts, CancellationToken cancellationToken)
    {
        var (content, document) = await LoadWithoutFilesAsync(stored, texts, cancellationToken);
        var attachments = new List<Attachment>(content.Attachments.Count);
        for (var i = 0; i < content.Attachments.Count; i++)
        {
            attachments.Add(content.Attachments[i] is { Reference: { } reference } file
                ? await files.PrepareAsync(file, reference, cancellationToken)
                : content.Attachments[i] with { Bytes = await LoadAsync(document.Attachments![i], i, stored, cancellationToken) });
        }

        return content with { Attachments = attachments };
    }

    /// <summary>Loads headers and bodies; the attachments may lack their bytes.</summary>
    public async Task<EmailContent> LoadTextAsync(StoredContent stored, CancellationToken cancellationToken) =>
        (await LoadWithoutFilesAsync(stored, new Dictionary<string, string>(), cancellationToken)).Content;

    private async Task<(EmailContent Content, ContentDocument Document)> LoadWithoutFilesAsync(
        StoredContent stored, IDictionary<string, string> texts, CancellationToken cancellationToken)
    {
        var document = EmailContentSerializer.ReadDocument(
            stored.Inline ?? (await blobs.DownloadAsync(ContentBlob(stored.BlobName!), cancellationToken)).Span);
        var content = document.ToContent();
        if (document.TextBlob is { } text)
            content = content with { Text = await LoadTextAsync(text, texts, cancellationToken) };
        if (document.HtmlBlob is { } html)
            content = content with { Html = await LoadTextAsync(html, texts, cancellationToken) };
        return (content, document);
    }

    private async Task<string> LoadTextAsync(string blob, IDictionary<string, string> texts, CancellationToken cancellationToken)
    {
        if (!texts.TryGetValue(blob, out var text))
            texts[blob] = text = Encoding.UTF8.GetString((await blobs.DownloadSharedAsync(blob, cancellationToken)).Span);
        return text;
    }

    private async Task<ReadOnlyMemory<byte>> LoadAsync(AttachmentDocument file, int index, StoredContent stored, CancellationToken cancellationToken)
    {
        if (file.Blob is { } name)
            return await blobs.DownloadSharedAsync(name, cancellationToken);
        return file.Bytes.IsEmpty && stored.BlobName is { } prefix
            ? await blobs.DownloadAsync(AttachmentBlob(prefix, index), cancellationToken)
            : file.Bytes;
    }

    private async Task<IReadOnlyDictionary<object, string>> SaveSharedAsync(
        EmailId owner, IReadOnlyList<(EmailId Id, EmailContent Content)> mails, CancellationToken cancellationToken)
    {
        var names = new Dictionary<object, string>(ReferenceEqualityComparer.Instance);
        if (mails.Count == 1)
            return names;

        foreach (var piece in Common(mails.Select(mail => mail.Content)))
        {
            names[piece] = FormattableString.Invariant($"{owner}/{ContentBlobs.SharedBlobs}{names.Count}");
            await blobs.UploadAsync(names[piece], BytesOf(piece), cancellationToken);
        }

        return names;
    }

    /// <summary>The pieces that are the same object in several contents, and large enough to share.</summary>
    private static IEnumerable<object> Common(IEnumerable<EmailContent> contents)
    {
        var met = new Dictionary<object, int>(ReferenceEqualityComparer.Instance);
        foreach (var piece in contents.SelectMany(PiecesOf))
        {
            met[piece] = met.GetValueOrDefault(piece) + 1;
            if (met[piece] == 2 && SizeOf(piece) >= LeastShared)
                yield return piece;
        }
    }

    private async Task<StoredContent> SaveAsync(
        EmailId id, EmailContent content, EmailId owner, IReadOnlyDictionary<object, string> shared, CancellationToken cancellationToken)
    {
        var own = content.Attachments.Index().Where(file => !shared.ContainsKey(file.Item) && file.Item.Reference is null).ToList();
        var named = PiecesOf(content).Where(shared.ContainsKey).Distinct(ReferenceEqualityComparer.Instance).ToDictionary(piece => piece, piece => shared[piece], ReferenceEqualityComparer.Instance);
        var sharedName = named.Count == 0 ? null : owner.ToString();
        var referred = content.Attachments.Sum(file => file.Reference?.Length ?? 0);
        if (own.Sum(file => (long)file.Item.Bytes.Length) <= MaxInline)
        {
            var whole = EmailContentSerializer.Serialize(content, named);
            if (whole.Length <= MaxInline)
                return new StoredContent(whole.ToArray(), null, sharedName, referred);
        }

        var prefix = id.ToString();
        foreach (var (index, file) in own)
            await blobs.UploadAsync(AttachmentBlob(prefix, index), file.Bytes, cancellationToken);

        var bare = content with { Attachments = [.. content.Attachments.Select(file => named.ContainsKey(file) ? file : file with { Bytes = default })] };
        var rest = EmailContentSerializer.Serialize(bare, named);
        if (rest.Length <= MaxInline)
            return new StoredContent(rest.ToArray(), prefix, sharedName, referred);

        await blobs.UploadAsync(ContentBlob(prefix), rest, cancellationToken);
        return new StoredContent(null, prefix, sharedName, referred);
    }

    private static IEnumerable<object> PiecesOf(EmailContent content) =>
        ((IEnumerable<object?>)[content.Text, content.Html, .. content.Attachments]).OfType<object>();

    private static int SizeOf(object piece) => piece is Attachment file ? file.Bytes.Length : Encoding.UTF8.GetByteCount((string)piece);

    private static ReadOnlyMemory<byte> BytesOf(object piece) => piece is Attachment file ? file.Bytes : Encoding.UTF8.GetBytes((string)piece);

    private static string ContentBlob(string prefix) => $"{prefix}/content";

    private static string AttachmentBlob(string prefix, int index) => FormattableString.Invariant($"{prefix}/{index}");
}
