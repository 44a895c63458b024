using Azure.Storage.Queues.Models;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Storage;

namespace MailFunctions.Benchmarks.Dispatching;

/// <summary>What lies on the queues of the lanes, read message by message.</summary>
internal sealed class QueuedMails
{
    /// <summary>As many as storage gives at once.</summary>
    private const int Batch = 32;

    /// <summary>Longer than the reading takes.</summary>
    private static readonly TimeSpan OutOfTheWay = TimeSpan.FromHours(6);

    private readonly Dictionary<EmailId, DateTimeOffset> _queuedAt = [];

    public int Messages { get; private set; }

    /// <summary>Mails named by messages, each as often as it is named.</summary>
    public int Named { get; private set; }

    /// <summary>When storage took the first message that names the mail, to the second.</summary>
    public IReadOnlyDictionary<EmailId, DateTimeOffset> QueuedAt => _queuedAt;

    /// <summary>Takes every message that is visible.</summary>
    public static async Task<QueuedMails> ReadAsync(StorageClients storage, CancellationToken cancellationToken)
    {
        var found = new QueuedMails();
        foreach (var lane in Enum.GetValues<Lane>())
        {
            QueueMessage[] messages;
            do
            {
                messages = await storage.Queue(lane).ReceiveMessagesAsync(Batch, OutOfTheWay, cancellationToken);
                Array.ForEach(messages, found.Add);
            }
            while (messages.Length > 0);
        }

        return found;
    }

    private void Add(QueueMessage message)
    {
        Messages++;
        var at = message.InsertedOn!.Value;
        foreach (var mail in LaneMessage.Parse(message.Body).Mails)
        {
            Named++;
            if (!_queuedAt.TryGetValue(mail.Id, out var earlier) || at < earlier)
                _queuedAt[mail.Id] = at;
        }
    }
}
