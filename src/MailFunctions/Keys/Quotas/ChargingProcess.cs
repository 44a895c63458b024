using System.Globalization;
using MailFunctions.Storage;

namespace MailFunctions.Keys.Quotas;

/// <summary>
/// Names this process and numbers its charges, in the leases that it holds and in the rows of the mails that it charges, so
/// that both can be compared once it is dead.
/// </summary>
/// <remarks>Thread safe.</remarks>
internal sealed class ChargingProcess
{
    private long _charges;
    private long _holders;

    public string Token { get; } = WriteToken.New();

    /// <summary>The number of the last charge.</summary>
    public long LastCharge => Interlocked.Read(ref _charges);

    /// <summary>Numbers a charge, after it was made.</summary>
    public long NextCharge() => Interlocked.Increment(ref _charges);

    /// <summary>Names a holder of leases. No other holder ever has the same name.</summary>
    public string NextHolder() => string.Create(CultureInfo.InvariantCulture, $"{Token}.{Interlocked.Increment(ref _holders)}");

    /// <summary>Returns the token of the process that a holder is of.</summary>
    public static string TokenOf(string holder) => holder[..holder.IndexOf('.', StringComparison.Ordinal)];
}
