using System.Security.Cryptography;

namespace MailFunctions.Mail;

/// <summary>The source of all chance in the pipeline, except for write tokens and API keys.</summary>
/// <remarks>
/// A simulation sets sources of its own before it begins, so that a seed repeats a run. Nothing else sets them.
/// </remarks>
internal static class Chance
{
    /// <summary>Octets of ids and of the secret under which callers are told apart: hard to guess.</summary>
    public static RandomNumberGenerator Octets { get; set; } = RandomNumberGenerator.Create();

    /// <summary>Spreads waits and load, so that what failed together is not tried again together.</summary>
    public static Random Spread { get; set; } = Random.Shared;
}
