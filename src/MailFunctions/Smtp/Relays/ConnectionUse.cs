using MailFunctions.Mail;

namespace MailFunctions.Smtp.Relays;

/// <summary>The users of connections to a relay. Each has connections of its own, so that none has to wait for another.</summary>
internal enum ConnectionUse
{
    /// <summary>The queue function of transactional mail.</summary>
    Transactional,

    /// <summary>The queue function of bulk mail.</summary>
    Bulk,

    /// <summary>HTTP calls that deliver inline what they have accepted.</summary>
    Inline,
}

internal static class ConnectionUses
{
    public static ConnectionUse Of(Lane lane) => lane == Lane.Bulk ? ConnectionUse.Bulk : ConnectionUse.Transactional;
}
