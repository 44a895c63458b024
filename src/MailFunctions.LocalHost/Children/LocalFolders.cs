namespace MailFunctions.LocalHost.Children;

/// <summary>Where this machine keeps what local runs need and leave.</summary>
internal static class LocalFolders
{
    /// <summary>Data of local runs, unless LocalHost:DataFolder names another folder.</summary>
    public static string Data => Path.Combine(Root, "data");

    /// <summary>The npm packages: shared by all runs, whatever their data folder.</summary>
    public static string Tools => Path.Combine(Root, "tools");

    /// <summary>Without a home directory there is no application data: then the temporary folder takes its place.</summary>
    private static string Root => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } home
            ? home
            : Path.GetTempPath(),
        "MailFunctions");
}
