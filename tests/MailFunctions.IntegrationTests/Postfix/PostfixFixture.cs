using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.IntegrationTests.Postfix;

/// <summary>One Postfix for the tests of the collection, which run one after the other; what it takes goes on to a sink.</summary>
/// <remarks>Where it cannot run, the tests are skipped with the reason.</remarks>
public sealed class PostfixFixture : IAsyncLifetime
{
    private readonly string? _obstacle = PostfixProcess.Obstacle();
    private readonly string _folder = Directory.CreateTempSubdirectory("mailfunctions-postfix-").FullName;
    private PostfixProcess? _process;
    private PostfixSettings? _settings;

    /// <summary>Where mail arrives in the end.</summary>
    internal ScriptedSmtpServer Sink { get; } = new();

    /// <summary>Whom Postfix asks about each recipient.</summary>
    internal PolicyServer Policy { get; } = new();

    internal PostfixSettings Settings => _settings ?? throw new InvalidOperationException("Postfix has not been started.");

    /// <summary>A file with the authority that has signed its certificate, which names localhost alone.</summary>
    internal string AuthorityFile => Path.Combine(_folder, "authority.pem");

    /// <summary>To be called first by each test.</summary>
    internal PostfixProcess Require()
    {
        Assert.SkipWhen(_obstacle is not null, _obstacle ?? "");
        return _process!;
    }

    /// <summary>The mail that arrived for a recipient, whenever it comes.</summary>
    internal Task<ReceivedMail> ArrivalAsync(string recipient, CancellationToken cancellationToken) =>
        Sink.Mails.WaitForAsync(mail => mail.Recipients.Contains(recipient), cancellationToken).WaitAsync(Hang.After, cancellationToken);

    public async ValueTask InitializeAsync()
    {
        if (_obstacle is not null)
            return;
        using var authority = new TestAuthority();
        await File.WriteAllTextAsync(AuthorityFile, authority.Pem);
        _settings = new PostfixSettings { Folder = _folder, Password = Guid.NewGuid().ToString("N") };
        await _settings.WriteAsync(Sink.Port, Policy.Port, authority.IssuePem("localhost"));
        _process = await PostfixProcess.PrepareAsync(_settings);
        await _process.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        await Sink.DisposeAsync();
        await Policy.DisposeAsync();
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }
}

[CollectionDefinition(nameof(PostfixFixture))]
public sealed class PostfixTestGroup : ICollectionFixture<PostfixFixture>;
