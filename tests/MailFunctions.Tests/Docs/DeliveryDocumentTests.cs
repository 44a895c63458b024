using System.Text.RegularExpressions;
using MailFunctions.Delivery;
using MailFunctions.Mail;
using MailFunctions.Storage;

namespace MailFunctions.Tests.Docs;

public sealed partial class DeliveryDocumentTests
{
    private static readonly string Document = RepositoryFile.Read("docs/delivery.md");

    private static readonly EmailState[] OfMail = [.. Enum.GetValues<EmailState>().Where(state => state != EmailState.Void)];

    [Fact]
    public void The_diagram_has_exactly_the_legal_transitions()
    {
        var drawn = Edges().Where(edge => edge is { From: not "[*]", To: not "[*]" });
        var legal =
            from state in Enum.GetValues<EmailState>()
            from next in Transitions.From(state)
            select (From: state.Name(), To: next.Name());

        Assert.Equal(legal.Select(Line).Order(StringComparer.Ordinal), drawn.Select(Line).Order(StringComparer.Ordinal));

        static string Line((string From, string To) edge) => $"{edge.From} --> {edge.To}";
    }

    [Fact]
    public void The_diagram_ends_in_exactly_the_final_states()
    {
        var drawn = Edges().Where(edge => edge.To == "[*]").Select(edge => edge.From);

        Assert.Equal(OfMail.Where(state => state.IsFinal()).Select(EmailStates.Name).Order(StringComparer.Ordinal), drawn.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_state_is_documented_as_open_or_final_or_requiring_a_decision()
    {
        var described = RepositoryFile.TableRows(Document, "States")
            .SelectMany(row => Code().Matches(row[0]).Select(match => $"{match.Groups[1].Value} is {row[1]}"));

        Assert.Equal(OfMail.Select(state => $"{state.Name()} is {Kind(state)}").Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));

        static string Kind(EmailState state) => state.IsOpen() ? "open" : state.AwaitsPerson() ? "awaits a person" : "final";
    }

    [Fact]
    public void Every_storage_name_is_listed()
    {
        string[] names = [.. StorageNames.Tables, StorageNames.ContentContainer, StorageNames.TransactionalQueue, StorageNames.BulkQueue];
        var listed = RepositoryFile.TableRows(Document, "Where it is kept").SelectMany(row => Code().Matches(row[0]).Select(match => match.Groups[1].Value));

        Assert.Empty(names.Except(listed));
    }

    [Fact]
    public void The_waits_are_those_of_the_options()
    {
        var defaults = new DeliveryOptions();
        var rows = RepositoryFile.TableRows(Document, "When it is tried again").ToDictionary(row => row[0], row => row[1]);

        Assert.Equal(Sentence(defaults.Transactional), rows["an attempt, `transactional`"]);
        Assert.Equal(Sentence(defaults.Bulk), rows["an attempt, `bulk`"]);

        static string Sentence(RetryOptions retry) => $"{Length(retry.First)}, doubling to {Length(retry.Longest)}; for {retry.Lifetime.TotalHours:0} h";
        static string Length(TimeSpan span) => span.TotalHours >= 1 ? $"{span.TotalHours:0} h" : $"{span.TotalMinutes:0} min";
    }

    private static List<(string From, string To)> Edges()
    {
        var diagram = Diagram().Match(Document);
        Assert.True(diagram.Success, "There is no state diagram.");
        return [.. Edge().Matches(diagram.Groups[1].Value).Select(match => (match.Groups[1].Value, match.Groups[2].Value))];
    }

    [GeneratedRegex("```mermaid\nstateDiagram-v2\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Diagram();

    [GeneratedRegex(@"^\s*(\S+) --> (\S+)$", RegexOptions.Multiline)]
    private static partial Regex Edge();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();
}
