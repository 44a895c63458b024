namespace MailFunctions.LocalHost.Demo;

/// <summary>The addresses of the functions.</summary>
internal sealed class FunctionsAddress(string address, string routePrefix, string? key)
{
    private readonly Uri _root = new(address.TrimEnd('/') + "/");

    public string? Key => key;

    public Uri Base { get; } = new(new Uri(address.TrimEnd('/') + "/"), routePrefix.Length == 0 ? "" : routePrefix + "/");

    public Uri Emails => new(Base, "emails");

    public Uri Email(string id) => new(Base, $"emails/{id}");

    public Uri Statistics => new(Base, "statistics?granularity=minute&dimension=total");

    /// <summary>Runs the timer's function now, before its next minute.</summary>
    public Uri CompileStatistics => new(_root, "admin/functions/CompileStatistics");
}
