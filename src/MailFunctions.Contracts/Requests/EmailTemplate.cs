using System.Text.Json.Nodes;

namespace MailFunctions.Contracts;

/// <summary>The template of an email, rendered when the email is accepted.</summary>
public sealed record EmailTemplate(string Name)
{
    /// <summary>The version, from 1; the newest when absent.</summary>
    public int? Version { get; init; }

    public JsonObject? Variables { get; init; }
}
