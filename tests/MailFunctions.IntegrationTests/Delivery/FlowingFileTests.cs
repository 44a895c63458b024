using Azure.Storage.Blobs;
using MailFunctions.Delivery;
using MailFunctions.IntegrationTests.Crash;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.IntegrationTests.Smtp.Signing;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Smtp;
using MailFunctions.TestPeers.Storage;

namespace MailFunctions.IntegrationTests.Delivery;

/// <summary>A large file that a mail names flows from storage to the relay. What goes wrong on the way leaves the relay without the mail.</summary>
public sealed class FlowingFileTests(AzuriteFixture azurite)
{
    private const string Files = "files";
    private const string Name = "film.mp4";
    private const int Length = 5_000_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_referenced_file_is_checked_before_DATA_and_read_once_while_it_is_sent()
    {
        await using var scene = await StartAsync();
        var id = await scene.SubmitAsync();
        scene.Proxy.Faults = request => IsRead(request) && !scene.Relay.Exchanges.Any(exchange => exchange.Verb == "DATA") ? StorageFault.Refuse : StorageFault.None;

        await scene.Pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Sent);

        // Judged and read at the accept; looked at; and read again, which storage refused before DATA.
        Assert.Equal(["HEAD", "GET", "HEAD", "GET"], scene.Proxy.Requests.Where(request => request.Name == Files && !request.IsWrite).Select(request => request.Method));
        var row = await scene.Pipeline.RowAsync(id, Cancellation);
        Assert.Equal(1, row.Attempt);
        Assert.Equal(Assert.Single(scene.Relay.Mails).Content.Length, (await scene.Pipeline.Events.ReadTimelineAsync(row, Cancellation))[0].Bytes);
    }

    [Theory]
    [InlineData("DATA")]
    [InlineData("BDAT")]
    public async Task A_storage_outage_during_the_content_defers_the_mail_and_the_relay_gets_nothing(string command)
    {
        await using var scene = await StartAsync(command);
        var id = await scene.SubmitAsync();
        var reads = 0;
        scene.Proxy.Faults = request => !IsRead(request) ? StorageFault.None : Interlocked.Increment(ref reads) == 1 ? StorageFault.CutAnswerAfter(Length / 2) : StorageFault.Drop;

        Assert.True(await scene.Pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));

        await scene.RequirePutOffAsync(id, "Storage did not give the attached file film.mp4.");
        scene.Proxy.Faults = _ => StorageFault.None;
        Assert.Equal(2, (await scene.Pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Sent)).Attempt);
        Assert.Single(scene.Relay.Mails);
    }

    [Fact]
    public async Task A_storage_outage_while_a_mail_is_signed_defers_it_before_MAIL()
    {
        await using var scene = await StartAsync(settings: [.. SigningKeys.Settings]);
        var id = await scene.SubmitAsync();
        scene.Proxy.Faults = request => IsRead(request) ? StorageFault.Refuse : StorageFault.None;

        Assert.True(await scene.Pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));

        var row = await scene.Pipeline.RowAsync(id, Cancellation);
        Assert.Equal((EmailState.Deferred, 1, 0), (row.State, row.Attempt, row.Faults));
        Assert.Equal(new SmtpReply(SmtpStage.Local, 0, null, "Storage did not give the attached file film.mp4."), Assert.Single(row.Recipients).Reply);
        Assert.DoesNotContain(scene.Relay.Exchanges, exchange => exchange.Verb == "MAIL");
        scene.Proxy.Faults = _ => StorageFault.None;
        var before = scene.Proxy.Requests.Count(IsRead);
        Assert.Equal(2, (await scene.Pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Sent)).Attempt);
        // For both signatures together, and for the content.
        Assert.Equal(2, scene.Proxy.Requests.Count(IsRead) - before);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_file_changed_after_its_check_defers_the_mail_and_the_relay_gets_nothing(bool deleted)
    {
        await using var scene = await StartAsync();
        var id = await scene.SubmitAsync();
        var blob = scene.Files.GetBlobClient(Name);
        scene.Relay.Script = exchange =>
        {
            if (exchange is { Verb: "DATA", Seen: 1 } && deleted)
                blob.Delete(cancellationToken: Cancellation);
            else if (exchange is { Verb: "DATA", Seen: 1 })
                blob.Upload(new BinaryData(new byte[Length]), overwrite: true, Cancellation);
            return null;
        };

        Assert.True(await scene.Pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));

        await scene.RequirePutOffAsync(id, "The attached file film.mp4 has been changed or deleted since the mail was accepted.");
        for (var fault = 1; fault <= ProcessingFailures.UntilDead; fault++)
            await TimeTravel.AttemptNowAsync(scene.Pipeline, id, Cancellation);
        Assert.Equal((EmailState.Dead, 1), await scene.StateAsync(id));
        Assert.Empty(scene.Relay.Mails);
    }

    [Fact]
    public async Task A_file_that_storage_refuses_with_409_defers_the_mail_without_uncertainty()
    {
        await using var scene = await StartAsync();
        var id = await scene.SubmitAsync();
        scene.Proxy.Faults = request => IsRead(request) ? StorageFault.RefuseWith(409) : StorageFault.None;

        Assert.True(await scene.Pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));

        await scene.RequirePutOffAsync(id, "Storage refuses the attached file film.mp4");
    }

    [Fact]
    public async Task A_recipient_refused_before_the_content_stays_rejected_when_the_content_breaks_off()
    {
        await using var scene = await StartAsync();
        var id = await scene.SubmitAsync("ada@example.com,nobody@example.com");
        scene.Relay.Script = exchange => exchange is { Verb: "RCPT", LocalPart: "nobody" } ? SmtpAction.Reply("550 5.1.1 No such user") : null;
        scene.Proxy.Faults = request => IsRead(request) ? StorageFault.Refuse : StorageFault.None;

        Assert.True(await scene.Pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));
        var recipients = (await scene.Pipeline.RowAsync(id, Cancellation)).Recipients.ToDictionary(recipient => recipient.Mailbox, recipient => (recipient.Status, recipient.Reply!.Stage));

        Assert.Equal((RecipientStatus.Deferred, SmtpStage.Local), recipients["ada@example.com"]);
        Assert.Equal((RecipientStatus.Rejected, SmtpStage.RcptTo), recipients["nobody@example.com"]);
    }

    [Fact]
    public async Task Bytes_that_are_others_under_the_same_tag_are_found_out_by_their_hash()
    {
        await using var scene = await StartAsync();
        var found = await scene.Pipeline.Get<ReferencedFiles>().PinAsync(Name, Length, Cancellation);
        var attachment = new Attachment { FileName = Name, ContentType = "video/mp4", Bytes = default };

        var other = await scene.Pipeline.Get<ReferencedFiles>().PrepareAsync(attachment, found.Reference! with { Sha256 = new string('0', 64) }, Cancellation);

        var changed = await Assert.ThrowsAsync<UnreadableFileException>(() => other.Flowing!.CopyToAsync(Stream.Null, Cancellation));
        Assert.False(changed.IsOutage);
    }

    private static bool IsRead(StorageRequest request) => request is { Service: StorageService.Blob, Name: Files, Method: "GET" };

    private async Task<Scene> StartAsync(string command = "DATA", params (string Name, string Value)[] settings)
    {
        var proxy = await StorageProxy.StartAsync(azurite.TakeAccount(), Cancellation);
        var options = new SmtpServerOptions();
        var relay = new ScriptedSmtpServer(command == "BDAT" ? options with { Keywords = [.. options.Keywords, "CHUNKING"] } : options);
        var pipeline = await TestApp.On(proxy).WithRelay(relay).With(TestSettings.Container, Files).With(settings).StartAsync();
        var bytes = new byte[Length];
        Random.Shared.NextBytes(bytes);
        await pipeline.Storage.Container(Files).GetBlobClient(Name).UploadAsync(new BinaryData(bytes), overwrite: true, Cancellation);
        return new Scene(proxy, relay, pipeline);
    }

    private sealed record Scene(StorageProxy Proxy, ScriptedSmtpServer Relay, TestApp Pipeline) : IAsyncDisposable
    {
        public BlobContainerClient Files => Pipeline.Storage.Container(FlowingFileTests.Files);

        public Task<EmailId> SubmitAsync(string to = "ada@example.com") =>
            Pipeline.SubmitAsync(TestApp.Mail(to, more: $$""","attachments":[{"path":"blob:{{Name}}"}]"""), Cancellation);

        public async Task<(EmailState State, int Attempt)> StateAsync(EmailId id)
        {
            var row = await Pipeline.RowAsync(id, Cancellation);
            return (row.State, row.Attempt);
        }

        /// <summary>One attempt, known to have failed on our side in the middle of the content.</summary>
        public async Task RequirePutOffAsync(EmailId id, string why)
        {
            var row = await Pipeline.RowAsync(id, Cancellation);
            Assert.Equal((EmailState.Deferred, 1, 0), (row.State, row.Attempt, row.Faults));
            var reply = Assert.Single(row.Recipients).Reply!;
            Assert.Equal((SmtpStage.Local, 0), (reply.Stage, reply.Code));
            Assert.StartsWith(why, reply.Text, StringComparison.Ordinal);
            // A chunk is told when it has come whole, which this one has not.
            Assert.Contains(Relay.Exchanges, exchange => exchange.Verb == (Relay.Options.Keywords.Contains("CHUNKING") ? "RCPT" : "DATA"));
            Assert.DoesNotContain(Relay.Exchanges, exchange => exchange.Verb == SmtpExchange.FinalDot);
            Assert.Empty(Relay.Mails);
            Assert.DoesNotContain(Pipeline.Logs.All, line => line.Text.Contains(Name, StringComparison.Ordinal));
        }

        public async ValueTask DisposeAsync()
        {
            await Pipeline.DisposeAsync();
            await Relay.DisposeAsync();
            await Proxy.DisposeAsync();
        }
    }
}
