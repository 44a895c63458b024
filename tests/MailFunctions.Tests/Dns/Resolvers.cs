using MailFunctions.Dns;
using MailFunctions.TestPeers.Dns;
using Microsoft.Extensions.Options;

namespace MailFunctions.Tests.Dns;

internal static class Resolvers
{
    /// <summary>Long enough that a busy machine does not fail a test; what must time out says less.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static DnsResolver Of(ScriptedDnsServer server, TimeSpan? timeout = null) =>
        new(Options.Create(new DnsOptions { Server = server.EndPoint.ToString(), Timeout = timeout ?? TimeSpan.FromSeconds(30) }));

    public static DnsBudget Budget(int questions = 200) => new(questions, Patience, TimeProvider.System);
}
