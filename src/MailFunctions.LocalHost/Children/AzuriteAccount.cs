using System.Security.Cryptography;

namespace MailFunctions.LocalHost.Children;

/// <summary>An account of an Azurite. The name is that of every Azurite, so that each run finds the data of earlier ones.</summary>
internal sealed record AzuriteAccount(string Key)
{
    public const string Name = "devstoreaccount1";

    /// <summary>The number of bytes of Azure's own keys.</summary>
    private const int KeyBytes = 64;

    /// <summary>The account with Azurite's default key. Its vendor has published the key, so it protects nothing.</summary>
    public static AzuriteAccount Published { get; } =
        new("Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==");

    /// <summary>The account in the form of the setting AZURITE_ACCOUNTS.</summary>
    public string Setting => $"{Name}:{Key}";

    /// <summary>The same, with access by the published key as well.</summary>
    public string SettingWithPublishedKey => $"{Setting}:{Published.Key}";

    public static AzuriteAccount Random() => new(Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes)));

    /// <summary>The file with the key of a data folder.</summary>
    public static string KeyFile(string dataFolder) => Path.Combine(dataFolder, "azurite.key");

    /// <summary>Returns the account of a data folder, and creates its key when it has none. Only the user may read the key.</summary>
    /// <exception cref="CannotStartException">The key file holds no key.</exception>
    /// <remarks>Only one run at a time may call it for the same folder.</remarks>
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
        // On Windows the folder is below the user's own, and inherits its rights.
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var writer = new StreamWriter(draft, options))
            writer.Write(account.Key);
        File.Move(draft, file, overwrite: true);
    }
}
