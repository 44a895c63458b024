using System.Collections;
using MailFunctions.LocalHost.Children;

namespace MailFunctions.Benchmarks.Sending;

/// <summary>All that are here, each a process of its own. They end with this one.</summary>
internal sealed class Contenders : IReadOnlyCollection<IContender>, IAsyncDisposable
{
    public const string Ours = "MailFunctions";
    public const string MailKitPooled = "MailKit, pooled";
    public const string MailKitConnecting = "MailKit, connect per mail";
    public const string Nodemailer = "nodemailer, pooled";

    private readonly List<IContender> _all = [];

    public int Count => _all.Count;

    public static async Task<Contenders> StartAsync(CancellationToken cancellationToken)
    {
        var contenders = new Contenders();
        contenders._all.Add(Sender(Ours, SenderCommand.Pipeline));
        contenders._all.Add(Sender(MailKitPooled, "mailkit"));
        contenders._all.Add(Sender(MailKitConnecting, "mailkit-connect"));
        var (modules, scripts) = (await NodePackages.EnsureAsync(cancellationToken), NodePackages.Scripts);
        var mail = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await File.WriteAllTextAsync(mail, SampleMail.ToJson(), cancellationToken);
        contenders._all.Add(new ProcessContender(Nodemailer, NodeRuntime.Executable, [Path.Combine(scripts, "sender.cjs"), mail], ("NODE_PATH", modules)));
        if (SmtpSourceContender.IsInstalled)
            contenders._all.Add(new SmtpSourceContender());
        else
            Console.Error.WriteLine("smtp-source (Debian's package postfix) is not installed: its rows are left out.");
        return contenders;
    }

    public IEnumerator<IContender> GetEnumerator() => _all.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public async ValueTask DisposeAsync()
    {
        foreach (var contender in _all)
            await contender.DisposeAsync();
    }

    public static ProcessContender Sender(string name, string way) =>
        new(name, Environment.ProcessPath!, [.. Itself(), SenderCommand.Name, way]);

    /// <summary>Started by <c>dotnet</c>, the process is that of dotnet, and the program its first argument.</summary>
    private static string[] Itself() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? ["exec", typeof(Contenders).Assembly.Location] : [];
}
