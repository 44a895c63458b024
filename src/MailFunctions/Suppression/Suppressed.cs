using MailFunctions.Mail;

namespace MailFunctions.Suppression;

/// <summary>The part of an entry that a snapshot keeps; times as UTC ticks.</summary>
/// <param name="ExpiresTicks"><see cref="long.MaxValue"/> when it never expires.</param>
/// <param name="IsAutomatic">The app stored it after a failure that it saw.</param>
internal readonly record struct Suppressed(long CreatedTicks, long ExpiresTicks, SuppressionReason Reason, SuppressionScope Scope, bool IsAutomatic)
{
    /// <summary>A row that this version of the app cannot read: its scope is unknown, so it stops all mail.</summary>
    public static readonly Suppressed Unreadable = new(0, long.MaxValue, SuppressionReason.Manual, SuppressionScope.All, IsAutomatic: false);

    public DateTimeOffset CreatedAt => new(CreatedTicks, TimeSpan.Zero);

    public static Suppressed Of(SuppressionEntry entry) =>
        new(entry.CreatedAt.UtcTicks, entry.ExpiresAt?.UtcTicks ?? long.MaxValue, entry.Reason, entry.Scope, entry.Mail is not null);

    public bool Stops(Lane lane, DateTimeOffset now) =>
        (Scope == SuppressionScope.All || lane == Lane.Bulk) && now.UtcTicks < ExpiresTicks;
}

/// <summary>An entry in nine bytes: times in whole seconds since 1970, the end rounded up, until the year 2106.</summary>
/// <param name="Expires"><see cref="uint.MaxValue"/> when it never expires.</param>
/// <param name="Traits">The reason in the lower four bits, then the scope, then whether it is automatic; the highest for one that cannot be read.</param>
internal readonly record struct PackedEntry(uint Created, uint Expires, byte Traits)
{
    private const int ScopeBit = 4;
    private const int AutomaticBit = 5;
    private const int ReasonMask = (1 << ScopeBit) - 1;
    private const byte UnreadableTraits = 0x80;

    private static readonly long Epoch = DateTimeOffset.UnixEpoch.UtcTicks;

    public static PackedEntry Of(Suppressed entry) => entry == Suppressed.Unreadable
        ? new PackedEntry(0, uint.MaxValue, UnreadableTraits)
        : new PackedEntry(
            Seconds(entry.CreatedTicks),
            entry.ExpiresTicks == long.MaxValue ? uint.MaxValue : Seconds(entry.ExpiresTicks + TimeSpan.TicksPerSecond - 1),
            (byte)((int)entry.Reason | ((int)entry.Scope << ScopeBit) | (entry.IsAutomatic ? 1 << AutomaticBit : 0)));

    public Suppressed Unpack() => Traits == UnreadableTraits
        ? Suppressed.Unreadable
        : new Suppressed(Ticks(Created), Expires == uint.MaxValue ? long.MaxValue : Ticks(Expires), (SuppressionReason)(Traits & ReasonMask), (SuppressionScope)((Traits >> ScopeBit) & 1), (Traits >> AutomaticBit & 1) == 1);

    private static uint Seconds(long ticks) => (uint)Math.Clamp((ticks - Epoch) / TimeSpan.TicksPerSecond, 0, uint.MaxValue);

    private static long Ticks(uint seconds) => Epoch + (seconds * TimeSpan.TicksPerSecond);
}
