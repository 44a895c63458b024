using System.Security.Cryptography;

namespace MailFunctions.LocalHost.Children;

/// <summary>An account of an Azurite. The name is that of every Azurite, so that data of any run is found by the next.</summary>
internal sealed record AzuriteAccount(string Key)
{
    public const string Name = "devstoreaccount1";

    /// <summary>As many bytes as Azure's own keys have.</summary>
    private const int KeyBytes = 64;

    /// <summary>The key that Azurite has where nobody gives it another. Its vendor has published it, so it keeps nobody out.</summary>
    public static AzuriteAccount Published { get; } =
        new("Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==");

    /// <summary>As the setting AZURITE_ACCOUNTS has it.</summary>
    public string Setting => $"{Name}:{Key}";

    /// <summary>The same, which also opens to whoever knows the published key.</summary>
    public string SettingWithPublishedKey => $"{Setting}:{Published.Key}";

    public static AzuriteAccount Random() => new(Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes)));

    /// <summary>The file with the key of a data folder.</summary>
    public static string KeyFile(string dataFolder) => Path.Combine(dataFolder, "azurite.key");

    /// <summary>The account of a data folder, which gets a key of its own when it has none. Only the user may read it.</summary>
    /// <exception cref="CannotStartException">The file with the key holds no key.</exception>
    /// <remarks>One run at a time may call it over the same folder.</remarks>
    public static AzuriteAccount OfFolder(string dataFolder)
    {
        var file = KeyFile(dataFolder);
        if (!File.Exists(file))
            Write(file, Random());

        var key = File.ReadAllText(file).Trim();
        return Convert.TryFromBase64String(key, new byte[key.Length], out var bytes) && bytes > 0
            ? new AzuriteAccount(key)
            : throw new CannotStartException($"{file} holds no key of Azurite; delete it, and the next run makes another.");
    }

    private static void Write(string file, AzuriteAccount account)
    {
        var draft = $"{file}.{Path.GetRandomFileName()}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        // On Windows the folder is below the user's own, and its rights are inherited.
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var writer = new StreamWriter(draft, options))
            writer.Write(account.Key);
        File.Move(draft, file, overwrite: true);
    }
}
