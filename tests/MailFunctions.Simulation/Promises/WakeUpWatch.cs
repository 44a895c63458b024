using System.Xml.Linq;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.TestPeers.Storage;
using MailFunctions.TestPeers.Storage.Memory;

namespace MailFunctions.Simulation.Promises;

/// <summary>
/// Looks at each queue message that is deleted: a mail that it names and that is still open must be named by another, or
/// by the schedule. The recoveries would find such a mail, but much later.
/// </summary>
internal sealed class WakeUpWatch(Observer observer, ICollection<string> broken)
{
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);

    public void OnPerformed(StorageCall request, StorageReply reply)
    {
        if (request.Service != StorageService.Queue || !reply.IsSuccess || request.Path.Split('/') is not [_, "messages", ..] words)
            return;
        if (request.Method == "POST")
            _texts[Element(reply.Body, "MessageId")] = Element(request.Body, "MessageText");
        else if (request.Method == "DELETE" && words.Length == 3 && _texts.Remove(words[2], out var text))
            Check(words[0], text);
    }

    private void Check(string queue, string text)
    {
        foreach (var mail in LaneMessage.Parse(new BinaryData(text)).Mails)
        {
            if (observer.FindOpen(mail.Id) is { } row && !observer.IsWoken(row))
                broken.Add($"{row.Id} of {row.Sender} is {row.State.Name()} after attempt {row.Attempt}, and nothing wakes it once {queue} has lost the message of attempt {mail.Number}.");
        }
    }

    private static string Element(ReadOnlyMemory<byte> xml, string name) =>
        XDocument.Load(new MemoryStream(xml.ToArray())).Descendants(name).First().Value;
}
