using System.Diagnostics.CodeAnalysis;
using MailFunctions.Mail;
using MailFunctions.Smtp.Relays;

namespace MailFunctions.Delivery;

/// <summary>The reason why an attempt cannot begin now. It is expected, and no failure of our own code.</summary>
/// <param name="Reason">What the mail waits for because of it.</param>
/// <param name="Why">One sentence or more for a human reader.</param>
internal abstract record Obstacle(WaitReason Reason, string Why)
{
    /// <summary>No relay of the route accepts a session.</summary>
    /// <param name="Relay">The name of the relay that was tried, or is tried first.</param>
    /// <param name="Reply">Its reply, or what stands for it.</param>
    public sealed record Unreachable(string Relay, SmtpReply Reply, WaitReason Reason, string Why) : Obstacle(Reason, Why)
    {
        /// <summary>All connections are in use; the relay itself works.</summary>
        public bool IsBusy { get; init; }

        /// <summary>The time of the next try; null: after the usual delays.</summary>
        public DateTimeOffset? RetryAt { get; init; }

        public static Unreachable Of(RelayUnreachableException failure) =>
            new(failure.Relay, failure.Reply, failure.WaitingFor, failure.Reason) { IsBusy = failure.IsBusy, RetryAt = failure.RetryAt };
    }

    /// <summary>The relay's rate has no free slot soon.</summary>
    /// <param name="Wait">The time until there may be one.</param>
    public sealed record NoSlot(TimeSpan Wait, WaitReason Reason, string Why) : Obstacle(Reason, Why);

    /// <summary>Too little of the claim's lease is left to begin DATA.</summary>
    public sealed record NoLease() : Obstacle(WaitReason.LeaseNotRenewed, "The lease could not be renewed in time.");

    /// <summary>The mail's key, sender or lane is paused.</summary>
    /// <param name="Due">The time of the next look.</param>
    public sealed record Paused(DateTimeOffset Due, string Why) : Obstacle(WaitReason.Paused, Why);

    /// <summary>The mail expired between its claim and MAIL.</summary>
    public sealed record Expired() : Obstacle(WaitReason.WorkerStopping, "Its time was over before the relay was ready for it.");

    /// <summary>The worker stops, or has worked on its queue message for too long.</summary>
    public sealed record NoTime() : Obstacle(WaitReason.WorkerStopping, "The worker had no time left to begin the attempt.");
}

/// <summary>The result of a step before an attempt, or the obstacle that prevented it: exactly one of the two.</summary>
internal readonly record struct OrObstacle<T>
    where T : class
{
    private OrObstacle(T? value, Obstacle? obstacle) => (Value, Obstacle) = (value, obstacle);

    public T? Value { get; }

    public Obstacle? Obstacle { get; }

    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Obstacle))]
    public bool Succeeded => Value is not null;

    public static implicit operator OrObstacle<T>(T value) => new(value, null);

    public static implicit operator OrObstacle<T>(Obstacle obstacle) => new(null, obstacle);
}
