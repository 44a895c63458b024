namespace MailFunctions.LocalHost.Children;

/// <summary>The folders on this machine for what local runs need and leave.</summary>
internal static class LocalFolders
{
    /// <summary>Data of local runs, unless LocalHost:DataFolder names another folder.</summary>
    public static string Data => Path.Combine(Root, "data");

    /// <summary>The npm packages: shared by all runs, whatever their data folder.</summary>
    public static string Tools => Path.Combine(Root, "tools");

    /// <summary>The folder of application data; the temporary folder when there is no home directory.</summary>
    private static string Root => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } home
            ? home
            : Path.GetTempPath(),
        "MailFunctions");
}
