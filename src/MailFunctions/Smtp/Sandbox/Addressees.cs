using MailFunctions.Mail;
using MailFunctions.Smtp.Replies;
using MailFunctions.Smtp.Sessions;

namespace MailFunctions.Smtp.Sandbox;

/// <summary>The open recipients of one attempt by their treatment, and the combined result for all of them.</summary>
internal sealed class Addressees
{
    /// <summary>The relay name for an attempt that needed none.</summary>
    public const string RelayName = "sandbox";

    private static readonly SmtpReply Withheld = new(
        SmtpStage.Local, 250, "2.0.0", $"Not mailed: the sandbox is on, and the address is not in {SandboxOptions.Section}:{nameof(SandboxOptions.Allow)}");

    private readonly IReadOnlyDictionary<string, Treatment> _treatments;
    private readonly string? _divertTo;

    /// <param name="sender">The address that MAIL names.</param>
    /// <param name="treatments">By mailbox.</param>
    public Addressees(string sender, IReadOnlyDictionary<string, Treatment> treatments, string? divertTo)
    {
        (_treatments, _divertTo) = (treatments, divertTo);
        Envelope = new Envelope(sender, [.. treatments.Where(entry => IsMail(entry.Value)).Select(entry => InEnvelope(entry.Key)).Distinct(StringComparer.OrdinalIgnoreCase)]);
    }

    /// <summary>The envelope for the relay. It has no recipients when no relay is needed.</summary>
    public Envelope Envelope { get; }

    public bool NeedRelay => Envelope.Recipients.Count > 0;

    public bool TakeTheirTime => _treatments.Any(entry => entry.Value == Treatment.Simulated && TestAddress.CourseOf(entry.Key) == Course.Slow);

    /// <summary>Combines the results of an attempt for every recipient.</summary>
    /// <param name="relayed">The result for those in the envelope.</param>
    public TransactionResult Together(TransactionResult relayed, int attempt)
    {
        var heard = relayed.Recipients.ToDictionary(reply => reply.Mailbox, StringComparer.OrdinalIgnoreCase);
        return relayed with
        {
            Recipients = [.. _treatments.Select(entry => IsMail(entry.Value) ? Relayed(entry.Key, entry.Value, heard[InEnvelope(entry.Key)]) : Answered(entry.Key, entry.Value, attempt))],
        };
    }

    private string InEnvelope(string mailbox) => _treatments[mailbox] == Treatment.Diverted ? _divertTo! : mailbox;

    private static bool IsMail(Treatment treatment) => treatment is Treatment.Mailed or Treatment.Diverted;

    private static RecipientReply Relayed(string mailbox, Treatment treatment, RecipientReply heard) => new(
        mailbox, heard.Status, treatment == Treatment.Diverted ? heard.Reply with { Text = $"Diverted by the sandbox: {heard.Reply.Text}" } : heard.Reply);

    private static RecipientReply Answered(string mailbox, Treatment treatment, int attempt)
    {
        var reply = treatment == Treatment.Withheld ? Withheld : TestAddress.ReplyOf(mailbox, attempt);
        return new RecipientReply(mailbox, ReplyRules.StatusOf(reply), reply);
    }
}
