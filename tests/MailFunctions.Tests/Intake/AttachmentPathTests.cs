using System.Text;
using Azure.Storage.Blobs;
using CsCheck;
using MailFunctions.Http.Requests;
using MailFunctions.Intake;
using MailFunctions.Mail;
using MailFunctions.Templates;

namespace MailFunctions.Tests.Intake;

/// <summary>A path names a blob of the one container, or it is refused: nothing makes the app read from another place.</summary>
public sealed class AttachmentPathTests
{
    private static readonly FileReference June = new("files", "reports/june.pdf", "\"0x1\"", "00", 1000);

    [Theory]
    [InlineData("http://169.254.169.254/metadata/instance")]
    [InlineData("https://account.blob.core.windows.net/files/reports/june.pdf")]
    [InlineData("file:///etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("reports/june.pdf")]
    [InlineData("data:text/plain;base64,QQ==")]
    [InlineData("BLOB:reports/june.pdf")]
    [InlineData(" blob:reports/june.pdf")]
    [InlineData("blob :reports/june.pdf")]
    [InlineData("")]
    public void A_path_that_does_not_begin_with_blob_is_refused(string path) => Assert.Contains("must be blob:", Refused(path), StringComparison.Ordinal);

    [Theory]
    [InlineData("blob:")]
    [InlineData("blob:http://169.254.169.254/")]
    [InlineData("blob://files/reports/june.pdf")]
    [InlineData("blob:/reports/june.pdf")]
    [InlineData("blob:../mail-content/x")]
    [InlineData("blob:reports/../../mail-content/x")]
    [InlineData("blob:reports/./june.pdf")]
    [InlineData("blob:..")]
    [InlineData("blob:reports/june.")]
    [InlineData("blob:reports/")]
    [InlineData(@"blob:..\\mail-content\\x")]
    [InlineData(@"blob:a\u0000b")]
    [InlineData(@"blob:a\nb")]
    public void A_path_that_is_not_a_valid_blob_name_is_refused(string path) => Assert.Contains("has no name of a blob", Refused(path), StringComparison.Ordinal);

    [Fact]
    public void A_name_has_1024_characters_at_most()
    {
        Assert.True(BlobName.IsValid(new string('a', 1024)));
        Assert.False(BlobName.IsValid(new string('a', 1025)));
        Assert.Contains("is too long: at most 1029", Refused("blob:" + new string('a', 1025)), StringComparison.Ordinal);
        Assert.False(BlobName.IsValid(string.Join('/', Enumerable.Repeat("a", 255))));
    }

    /// <summary>A URL folds dots and turns backslashes: no name that passes may come out as another.</summary>
    [Fact]
    public void Every_name_that_passes_is_the_same_name_in_the_url()
    {
        var container = new BlobContainerClient(new Uri("http://127.0.0.1:10000/account/files"));
        Gen.OneOf(Gen.Char["./\\%2eE?#+ &ab"], Gen.Char).Array[1, 12].Select(chars => new string(chars)).Sample(name =>
        {
            if (!BlobName.IsValid(name) || name.Any(char.IsSurrogate))
                return;
            var blob = container.GetBlobClient(name);
            Assert.StartsWith("/account/files/", blob.Uri.AbsolutePath, StringComparison.Ordinal);
            Assert.Equal(name, Uri.UnescapeDataString(blob.Uri.AbsolutePath["/account/files/".Length..]));
        });
    }

    [Fact]
    public void A_path_stands_in_place_of_the_content_and_names_the_file()
    {
        var (draft, errors) = Read("""{"path":"blob:reports/june.pdf"},{"path":"blob:reports/june.pdf","filename":"Juni.txt","content_type":"text/csv","content_id":"x"}""");

        Assert.Equal("", errors);
        Assert.Equal([("june.pdf", "application/pdf", null), ("Juni.txt", "text/csv", "x")], draft!.Content.Attachments.Select(file => (file.FileName, file.ContentType, file.ContentId)));
        Assert.All(draft.Content.Attachments, file => Assert.Equal((June, 0), (file.Reference!, file.Bytes.Length)));
    }

    [Theory]
    [InlineData("a/ ")]
    [InlineData("long")]
    public void A_file_whose_own_name_is_no_file_name_needs_another(string path)
    {
        Assert.Contains("give a filename", Read($$"""{"path":"blob:{{path}}"}""").Errors, StringComparison.Ordinal);
        Assert.Equal("", Read($$"""{"path":"blob:{{path}}","filename":"a.pdf"}""").Errors);
    }

    [Fact]
    public void A_colon_is_part_of_a_name() => Assert.Equal("a:", Read("""{"path":"blob:x/a:"}""").Draft!.Content.Attachments[0].FileName);

    [Fact]
    public void Content_and_path_exclude_each_other() =>
        Assert.Equal("/attachments/0/content cannot stand beside a path, which says where the file is", Read("""{"path":"blob:reports/june.pdf","content":"QQ=="}""").Errors);

    [Fact]
    public void A_file_error_is_reported_at_its_path() =>
        Assert.Equal("/attachments/0/path names no file", Read("""{"path":"blob:missing"}""").Errors);

    [Theory]
    [InlineData("""{"path":"blob:large"}""")]
    [InlineData("""{"path":"blob:half"},{"path":"blob:half","filename":"again"},{"filename":"a","content":"QQ=="}""")]
    public void Files_count_toward_what_a_mail_may_have(string attachments) =>
        Assert.StartsWith("/attachments have 2621440", Read(attachments).Errors, StringComparison.Ordinal);

    [Fact]
    public void Without_a_container_no_path_is_taken() =>
        Assert.Contains("MailFunctions:Attachments:Container names no container", Read("""{"path":"blob:reports/june.pdf"}""", FileSet.Empty).Errors, StringComparison.Ordinal);

    private static string Refused(string path) => Read($$"""{"path":"{{path}}"}""").Errors;

    private static (EmailDraft? Draft, string Errors) Read(string attachments, FileSet? files = null)
    {
        files ??= new FileSet("files", new Dictionary<string, FoundFile>
        {
            [June.Name] = new(June, June.Length, null),
            ["a/ "] = new(June with { Name = "a/ " }, 1, null),
            ["x/a:"] = new(June with { Name = "x/a:" }, 1, null),
            ["long"] = new(June with { Name = new string('a', EmailLimits.FileNameChars + 1) }, 1, null),
            ["missing"] = FoundFile.Wrong("names no file"),
            ["large"] = new(null, EmailLimits.AttachmentBytes + 1, null),
            ["half"] = new(June, EmailLimits.AttachmentBytes / 2, null),
        });
        var errors = new ErrorList();
        var body = RequestOutline.Parse(
            Encoding.UTF8.GetBytes($$"""{"from":"a@example.com","to":"b@example.com","subject":"x","text":"x","attachments":[{{attachments}}]}"""), errors, EmailLimits.JsonValues);
        var draft = new EmailRequestParser(errors, EmailRequests.Now, new RequestLookups(TemplateSet.Empty, files), EmailRequests.NoSandbox).Parse(body.Value!);
        return (draft, string.Join("; ", errors.Listed.Select(error => $"{error.Pointer} {error.Message}")));
    }
}
