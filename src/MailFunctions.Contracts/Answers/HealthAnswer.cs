using System.ComponentModel.DataAnnotations;

namespace MailFunctions.Contracts;

/// <summary>The answer to <c>GET health</c>: whether mail can be accepted at this moment.</summary>
[Schema("Health")]
public sealed record HealthAnswer([AllowedValues("healthy", "unhealthy")] string Status);
