namespace MailFunctions.TestPeers.Smtp;

/// <summary>What Postfix asks a <see cref="PolicyServer"/>.</summary>
/// <param name="Attributes">All of it, such as <c>sasl_username</c> and <c>encryption_protocol</c>.</param>
/// <param name="Seen">How often this client, sender and recipient were asked about, this time included: what greylisting goes by.</param>
public sealed record PolicyQuestion(IReadOnlyDictionary<string, string> Attributes, int Seen)
{
    public string Recipient => Attributes.GetValueOrDefault("recipient") ?? "";
}
