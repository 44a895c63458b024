using System.Text.RegularExpressions;

namespace MailFunctions.Tests.App;

/// <summary>The folders of src/MailFunctions are rooms, by the way that a mail takes, and their arrows point one way.</summary>
public sealed partial class ArchitectureTests
{
    /// <summary>The arrows that there are, no more and no fewer. docs/architecture.md draws them.</summary>
    private static readonly Dictionary<string, string[]> Uses = new()
    {
        ["Storage"] = [],
        ["Mail"] = [],
        ["Telemetry"] = ["Mail"],
        ["Dns"] = [],
        ["Http"] = ["Storage", "Telemetry"],
        ["Templates"] = ["Http", "Storage"],
        ["Suppression"] = ["Mail", "Storage", "Telemetry"],
        ["Ledger"] = ["Mail", "Storage", "Telemetry"],
        ["Queue"] = ["Mail", "Storage", "Telemetry"],
        ["Statistics"] = ["Mail", "Storage", "Telemetry"],
        ["Smtp"] = ["Dns", "Mail", "Storage", "Telemetry"],
        ["Domains"] = ["Dns", "Mail", "Smtp", "Storage", "Telemetry"],
        ["Keys"] = ["Http", "Mail", "Storage", "Telemetry"],
        ["Unsubscription"] = ["Http", "Ledger", "Mail", "Storage", "Suppression", "Telemetry"],
        ["Intake"] = ["Http", "Ledger", "Mail", "Queue", "Smtp", "Storage", "Telemetry", "Templates", "Unsubscription"],
        ["Delivery"] = ["Keys", "Ledger", "Mail", "Queue", "Smtp", "Storage", "Suppression", "Telemetry"],
        ["Maintenance"] = ["Delivery", "Http", "Keys", "Ledger", "Mail", "Queue", "Statistics", "Storage", "Suppression", "Telemetry", "Templates"],
        ["Api"] = ["Delivery", "Domains", "Http", "Intake", "Keys", "Ledger", "Mail", "Maintenance", "Queue", "Smtp", "Statistics", "Storage", "Suppression", "Telemetry", "Templates"],
    };

    /// <summary>What puts the rooms together: it may use any, and none of them may use it. "" is the folder's root.</summary>
    private static readonly string[] Composition = ["", "Registration"];

    private static readonly RoomGraph Graph = RoomGraph.Read();

    [Fact]
    public void Every_name_is_resolved() => Assert.Empty(Graph.Unresolved);

    [Fact]
    public void Every_room_has_its_row_in_the_table() => Assert.Equal(Uses.Keys.Concat(Composition).Order(), Graph.Rooms.Order());

    [Fact]
    public void The_table_is_equal_to_the_arrows_that_are_found()
    {
        var table = Uses.SelectMany(room => room.Value.Select(used => (room.Key, used))).ToHashSet();
        var found = Graph.Arrows.Where(arrow => !Composition.Contains(arrow.Key.From)).ToDictionary();

        Assert.Empty(found.Where(arrow => !table.Contains(arrow.Key)).Select(arrow => $"{arrow.Key.From} -> {arrow.Key.To}: {arrow.Value}"));
        Assert.Empty(table.Where(arrow => !found.ContainsKey(arrow)).Select(arrow => $"{arrow.Key} -> {arrow.used} is in the table, and no longer in the code"));
        // 65 among the first fifteen rooms, and at most six for each room since.
        Assert.InRange(table.Count, 1, 65 + (6 * (Uses.Count - 15)));
    }

    [Fact]
    public void The_document_has_the_same_table()
    {
        var document = Docs.RepositoryFile.TableRows(Repository.Text("docs/architecture.md"), "Rooms").ToDictionary(
            row => row[0].Trim('`'), row => row[2] == "nothing" ? [] : row[2].Split(", ").Select(room => room.Trim('`')).ToArray());

        Assert.Equal(Uses.Keys.Order(), document.Keys.Order());
        Assert.All(Uses, room => Assert.Equal(room.Value.Order(), document[room.Key].Order()));
    }

    [Fact]
    public void The_table_has_no_way_back()
    {
        foreach (var room in Uses.Keys)
            Assert.DoesNotContain(room, Reachable(room));
    }

    [Fact]
    public void No_source_file_imports_the_app()
    {
        var importing = ((string[])[.. Repository.Files("src", "*.cs"), .. Repository.Files("tests", "*.cs")])
            .Where(file => ImportOfApp().IsMatch(Repository.Text(file)));

        Assert.Empty(importing);
    }

    [Fact]
    public void No_room_knows_a_host()
    {
        var knowing = Repository.Files("src/MailFunctions", "*.cs")
            .Where(file => Host().IsMatch(Repository.Text(file)));

        Assert.Empty(knowing);
    }

    private static HashSet<string> Reachable(string room)
    {
        var found = new HashSet<string>();
        var open = new Stack<string>(Uses[room]);
        while (open.TryPop(out var next))
        {
            if (found.Add(next))
                Array.ForEach(Uses[next], open.Push);
        }

        return found;
    }

    [GeneratedRegex(@"\busing (static )?MailFunctions\.App\b")]
    private static partial Regex ImportOfApp();

    [GeneratedRegex(@"\bMicrosoft\.Azure\.(Functions|WebJobs)\b|\bMailFunctions\.LocalHost\b")]
    private static partial Regex Host();
}
