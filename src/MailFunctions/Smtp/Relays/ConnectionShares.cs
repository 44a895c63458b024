using MailFunctions.Mail;

namespace MailFunctions.Smtp.Relays;

/// <summary>The number of connections to a relay that one instance may open for each use.</summary>
/// <param name="Transactional">0 when the relay is not for that lane.</param>
/// <param name="Bulk">0 when the relay is not for that lane.</param>
/// <param name="Inline">0 when too few are left for calls that deliver inline.</param>
internal readonly record struct ConnectionShares(int Transactional, int Bulk, int Inline)
{
    public int Of(ConnectionUse use) => use switch
    {
        ConnectionUse.Inline => Inline,
        ConnectionUse.Bulk => Bulk,
        _ => Transactional,
    };

    /// <summary>
    /// Divides a relay's cap between the lanes and then among the instances of each, so that their total never
    /// exceeds it. Calls that deliver inline get half of the transactional share, as far as that leaves one for each
    /// instance of the queue function.
    /// </summary>
    /// <param name="cap">The total over all lanes and instances.</param>
    /// <param name="bulkShare">0 to 1.</param>
    /// <param name="only">The one lane that the relay is for; null for both.</param>
    /// <param name="fault">One sentence when an instance would be left without a connection.</param>
    public static ConnectionShares Divide(int cap, double bulkShare, Lane? only, ScaleOptions scale, out string? fault)
    {
        fault = null;
        if (only is null && cap < 2)
        {
            fault = "is 1, and two lanes cannot share one connection: it takes 2 at least, or Match:Lane.";
            return default;
        }

        var bulk = only switch
        {
            Lane.Bulk => cap,
            Lane.Transactional => 0,
            _ => Math.Clamp((int)(cap * bulkShare), 1, cap - 1),
        };
        var transactional = cap - bulk;
        var inline = scale.HttpInstances == 0 ? 0 : Math.Min(transactional / 2, transactional - scale.TransactionalInstances) / scale.HttpInstances;
        inline = Math.Max(inline, 0);
        var shares = new ConnectionShares((transactional - (inline * scale.HttpInstances)) / scale.TransactionalInstances, bulk / scale.BulkInstances, inline);
        if (only != Lane.Bulk && shares.Transactional == 0)
            fault = Sentence(Lane.Transactional, transactional, scale.TransactionalInstances, nameof(scale.TransactionalInstances));
        else if (only != Lane.Transactional && shares.Bulk == 0)
            fault = Sentence(Lane.Bulk, bulk, scale.BulkInstances, nameof(scale.BulkInstances));
        return shares;

        string Sentence(Lane lane, int share, int instances, string setting) => FormattableString.Invariant(
            $"is {cap}, of which {share} is the share of the lane {lane.Name()}: too few for {instances} instances with one connection each. Raise it or BulkShare, or lower {RelaysOptions.Section}:Scale:{setting}.");
    }
}
