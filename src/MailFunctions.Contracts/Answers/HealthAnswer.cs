using System.ComponentModel.DataAnnotations;

namespace MailFunctions.Contracts;

/// <summary>The answer to <c>GET health</c>: whether mail can be accepted at this moment.</summary>
[Schema("Health")]
public sealed record HealthAnswer([AllowedValues("healthy", "unhealthy")] string Status)
{
    /// <summary>
    /// The worst result of the daily check of the configured senders' domains: <c>verified</c>, <c>failed</c>, <c>not_started</c>,
    /// <c>temporary_failure</c>, or <c>pending</c> before the first. Mail is accepted whatever it is. Absent when unhealthy.
    /// </summary>
    [Words(typeof(DomainStatus))]
    public string? SenderDomains { get; init; }
}
