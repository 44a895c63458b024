using System.Text.Json;
using MailFunctions.Api.Emails;
using MailFunctions.Keys.Callers;
using MailFunctions.Mail;
using MailFunctions.Simulation.Actors;
using MailFunctions.Simulation.Outside;
using MailFunctions.Simulation.Scheduling;

namespace MailFunctions.Simulation.Promises;

/// <summary>Compares, when all is quiet, what callers were promised and are told with what the relay received.</summary>
internal sealed class FinalCheck(World world, Observer observer, SimulatedRelay relay, IReadOnlyList<PromisedMail> promised, Decisions decisions)
{
    public async Task<IReadOnlyList<string>> FindBrokenAsync()
    {
        var rows = observer.ReadRows();
        var broken = new List<string>(FindLost(rows));
        var copies = relay.Delivered.CountBy(delivery => (delivery.Sender, delivery.Recipient)).ToDictionary();
        var mails = new List<JsonElement>();
        foreach (var row in rows)
        {
            var mail = await ReadAsync(row.Id);
            mails.Add(mail);
            broken.AddRange(FindBroken(row, mail, copies));
        }

        broken.AddRange(FindWithoutEvent(rows));
        broken.AddRange(copies.Keys.Select(copy => $"{copy.Recipient} received a mail of {copy.Sender} that is in no ledger."));
        if (await new StatisticsCheck(world, observer).FindFaultAsync(mails) is { } fault)
            broken.Add(fault);
        return broken;
    }

    /// <summary>The row of a mail that has ended, or is on hold, follows from an event.</summary>
    private IEnumerable<string> FindWithoutEvent(IReadOnlyList<LedgerRow> rows)
    {
        var events = observer.ReadEvents().Select(happened => (happened.Id, happened.State)).ToHashSet();
        return rows.Where(row => !row.State.IsOpen() && !events.Contains((row.Id, row.State)))
            .Select(row => $"{row.Id} of {row.Sender} is {row.State.Name()}, and no event says so.");
    }

    private IEnumerable<string> FindLost(IReadOnlyList<LedgerRow> rows)
    {
        var byId = rows.ToDictionary(row => row.Id);
        var bySender = rows.CountBy(row => row.Sender).ToDictionary();
        foreach (var mail in promised)
        {
            if (!byId.TryGetValue(mail.Id, out var row))
                yield return $"{mail.Id} of {mail.Sender} was promised, and is in no ledger.";
            else if (row.Sender != mail.Sender)
                yield return $"{mail.Id} was promised to {mail.Sender}, and is of {row.Sender}.";
            else if (bySender[row.Sender] > 1)
                yield return $"{row.Sender} was accepted {bySender[row.Sender]} times under one key.";
        }
    }

    /// <param name="copies">What each address received of each mail; what is accounted for is removed.</param>
    private IEnumerable<string> FindBroken(LedgerRow row, JsonElement mail, Dictionary<(string Sender, string Recipient), int> copies)
    {
        var retries = row.OnUncertain == UncertainPolicy.Retry || decisions.IsTriedAgain(row.Sender);
        if (decisions.Canceled.ContainsKey(row.Sender) && row.State != EmailState.Canceled)
            yield return $"{row.Id} of {row.Sender} was canceled, and is {row.State.Name()}.";
        foreach (var recipient in mail.GetProperty("recipients").EnumerateArray())
        {
            var (address, status) = (recipient.GetProperty("address").GetString()!, Status(recipient));
            copies.Remove((row.Sender, address), out var count);
            var uncertain = CountUncertain(mail, address);
            var known = status == "sent" ? 1 : 0;
            if (count > known + uncertain)
                yield return $"{address} received {count} copies of {row.Id}, is {status}, and had {uncertain} uncertain attempts.";
            if (count > 1 && !retries)
                yield return $"{address} received {count} copies of {row.Id}, which is not to be sent again after an uncertain attempt.";
            if (status == "sent" && count == 0 && row.OnUncertain != UncertainPolicy.AssumeSent && !decisions.IsCountedAsSent(row.Sender))
                yield return $"{address} never received {row.Id}, which counts as sent.";
            if (address.EndsWith(MailPlan.Suppressed, StringComparison.Ordinal) && count > 0)
                yield return $"{address} is suppressed, and received {row.Id}.";
            if (status is "pending" or "deferred" && row.State is not (EmailState.Scheduled or EmailState.Expired or EmailState.Dead or EmailState.Canceled or EmailState.Discarded))
                yield return $"{address} is still {status} in {row.Id}, which is {row.State.Name()}.";
        }
    }

    private async Task<JsonElement> ReadAsync(EmailId id)
    {
        var (status, body) = await observer.Asked.CallAsync("GET", $"/api/emails/{id}", _ => observer.Asked.Get<EmailReader>().ReadAsync(id.ToString(), Caller.Operator, CancellationToken.None));
        return status == 200 ? body : throw new SimulationFault($"GET emails/{id} was answered with {status}: {body}");
    }

    private static int CountUncertain(JsonElement mail, string address) =>
        mail.GetProperty("attempts").EnumerateArray().Count(attempt => attempt.GetProperty("recipients").EnumerateArray()
            .Any(recipient => recipient.GetProperty("address").GetString() == address && Status(recipient) == "uncertain"));

    private static string Status(JsonElement element) => element.GetProperty("status").GetString()!;
}
