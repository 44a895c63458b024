using System.Globalization;
using MailFunctions.LocalHost.Children;
using MailFunctions.LocalHost.Hosting;

namespace MailFunctions.LocalHost;

/// <summary>The settings of section LocalHost; README.md lists them with their meaning.</summary>
internal sealed record LocalHostOptions
{
    /// <summary>The port of the functions' HTTP endpoint; 0 for any free one.</summary>
    public int Port { get; init; } = 7071;

    /// <summary>The key that functions of level Function require; by default none, as with the Functions tools.</summary>
    public string? FunctionKey { get; init; }

    /// <summary>The time that a fetched message is hidden; renewed after half of it. On Azure it is ten minutes and fixed.</summary>
    public TimeSpan QueueInvisibility { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The time that running functions have after the request to stop.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(30);

    public string DataFolder { get; init; } = LocalFolders.Data;

    public string ToolsFolder { get; init; } = LocalFolders.Tools;

    /// <summary>Keeps storage in memory, and mail in a folder that is deleted after the run.</summary>
    public bool Ephemeral { get; init; }

    public AzuritePorts Azurite { get; init; } = AzuritePorts.Default;

    /// <summary>
    /// An Azurite that is started also accepts the key that its vendor published; false: only users who can read
    /// the data folder have access.
    /// </summary>
    public bool AzuritePublishedKey { get; init; }

    public InboxPorts Inbox { get; init; } = InboxPorts.Default;

    /// <summary>Further hosts and pages that may reach the endpoints of this machine through a browser.</summary>
    public AllowedPages AllowedPages { get; init; } = AllowedPages.None;

    /// <summary>The folder for logs and states of children.</summary>
    public string RunFolder => Path.Combine(DataFolder, "run");

    /// <exception cref="CannotStartException">A value is malformed or out of range.</exception>
    public static LocalHostOptions Read(IConfiguration configuration)
    {
        var section = new Section(configuration.GetSection("LocalHost"));
        var defaults = new LocalHostOptions();
        var options = new LocalHostOptions
        {
            Port = section.Port("Port", defaults.Port),
            FunctionKey = section.Text("FunctionKey"),
            QueueInvisibility = section.Duration("QueueInvisibility", defaults.QueueInvisibility, TimeSpan.FromSeconds(1), TimeSpan.FromDays(7)),
            DrainTimeout = section.Duration("DrainTimeout", defaults.DrainTimeout, TimeSpan.Zero, TimeSpan.FromHours(1)),
            DataFolder = Path.GetFullPath(section.Text("DataFolder") ?? defaults.DataFolder),
            ToolsFolder = Path.GetFullPath(section.Text("ToolsFolder") ?? defaults.ToolsFolder),
            Ephemeral = section.Flag("Ephemeral"),
            Azurite = new AzuritePorts(
                section.Port("Azurite:BlobPort", defaults.Azurite.Blob),
                section.Port("Azurite:QueuePort", defaults.Azurite.Queue),
                section.Port("Azurite:TablePort", defaults.Azurite.Table)),
            AzuritePublishedKey = section.Flag("Azurite:PublishedKey"),
            AllowedPages = new AllowedPages(
                section.List("AllowedHosts", IsHost, "host names without a scheme or a port, such as abc.devtunnels.ms"),
                section.List("AllowedOrigins", IsOrigin, "origins of pages, such as http://localhost:3000")),
            Inbox = new InboxPorts(
                section.Port("Inbox:SmtpPort", defaults.Inbox.Smtp),
                section.Port("Inbox:WebPort", defaults.Inbox.Web)),
        };
        options.RequireDifferentPorts();
        return options;
    }

    private static bool IsHost(string text) => HostName.Parse(text) is { Port: null } host && host.Name == text;

    private static bool IsOrigin(string text) => HostName.ParseOrigin(text) is not null;

    private void RequireDifferentPorts()
    {
        (string Setting, int Port)[] ports =
        [
            ("Port", Port),
            ("Azurite:BlobPort", Azurite.Blob),
            ("Azurite:QueuePort", Azurite.Queue),
            ("Azurite:TablePort", Azurite.Table),
            ("Inbox:SmtpPort", Inbox.Smtp),
            ("Inbox:WebPort", Inbox.Web),
        ];
        if (ports.Where(port => port.Port != 0).GroupBy(port => port.Port).FirstOrDefault(same => same.Count() > 1) is { } taken)
            throw new CannotStartException($"Port {taken.Key} is given to {string.Join(" and ", taken.Select(port => $"LocalHost:{port.Setting}"))}; each needs one of its own.");
    }

    private readonly record struct Section(IConfigurationSection Values)
    {
        public string? Text(string name) => Values[name] is { Length: > 0 } value ? value : null;

        public int Port(string name, int otherwise)
        {
            if (Text(name) is not { } text)
                return otherwise;
            return int.TryParse(text, CultureInfo.InvariantCulture, out var port) && port is >= 0 and <= 65_535
                ? port
                : throw Refuse(name, text, "a port from 0 (any free one) to 65535");
        }

        public TimeSpan Duration(string name, TimeSpan otherwise, TimeSpan least, TimeSpan most)
        {
            if (Text(name) is not { } text)
                return otherwise;
            return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var duration) && duration >= least && duration <= most
                ? duration
                : throw Refuse(name, text, $"a duration from {least:c} to {most:c}");
        }

        /// <summary>Reads one value with commas, or one value for each entry; in lower case.</summary>
        public IReadOnlyList<string> List(string name, Func<string, bool> isValid, string wanted)
        {
            var entries = Values.GetSection(name).GetChildren().Select(entry => entry.Value).Prepend(Values[name])
                .SelectMany(text => (text ?? "").ToLowerInvariant().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                .ToList();
            return entries.Find(entry => !isValid(entry)) is { } malformed ? throw Refuse(name, malformed, wanted) : entries;
        }

        public bool Flag(string name)
        {
            if (Text(name) is not { } text)
                return false;
            return bool.TryParse(text, out var flag) ? flag : throw Refuse(name, text, "true or false");
        }

        private static CannotStartException Refuse(string name, string text, string wanted) =>
            new($"LocalHost:{name} is '{text}'; it must be {wanted}.");
    }
}
