using System.Text.RegularExpressions;

namespace MailFunctions.Tests.App;

/// <summary>The folders of src/MailFunctions are the stages of the pipeline, and their arrows point one way.</summary>
public sealed partial class ArchitectureTests
{
    /// <summary>What each stage may import. The folder's root, which registers all of them, may import any.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Storage"] = [],
        ["Ledger"] = ["Storage"],
        ["Queue"] = ["Ledger", "Storage", "Telemetry"],
        ["Addresses"] = ["Ledger"],
        ["Sandbox"] = ["Addresses", "Ledger", "Smtp"],
        ["Suppression"] = ["Ledger", "Storage"],
        ["Schedule"] = ["Ledger", "Queue", "Storage", "Suppression", "Telemetry"],
        ["Composition"] = ["Addresses", "Ledger"],
        ["Rates"] = ["Ledger", "Storage"],
        ["Smtp"] = ["Ledger", "Rates", "Storage", "Telemetry"],
        ["Delivery"] = ["Composition", "Ledger", "Queue", "Rates", "Sandbox", "Schedule", "Smtp", "Storage", "Suppression", "Telemetry"],
        ["Changes"] = ["Delivery", "Http", "Intake", "Ledger", "Queue", "Requests", "Schedule", "Storage"],
        ["Http"] = ["Storage"],
        ["Requests"] = ["Http"],
        ["Idempotency"] = ["Http", "Ledger", "Storage"],
        ["Intake"] = ["Addresses", "Composition", "Http", "Idempotency", "Ledger", "Prompt", "Queue", "Requests", "Sandbox", "Schedule", "Storage", "Telemetry", "Templates", "Trust"],
        ["Reading"] = ["Addresses", "Http", "Ledger", "Queue", "Rates", "Sandbox", "Smtp", "Storage"],
        ["Prompt"] = ["Delivery", "Ledger", "Queue", "Reading", "Smtp"],
        ["Reference"] = ["Http"],
        ["Erasure"] = ["Addresses", "Delivery", "Http", "Ledger", "Reading", "Requests", "Retention", "Statistics", "Storage", "Suppression"],
        ["Retention"] = ["Ledger", "Schedule", "Statistics", "Storage", "Templates"],
        ["Resolution"] = ["Delivery", "Http", "Ledger", "Queue", "Reading", "Requests", "Retention", "Storage"],
        ["Templates"] = ["Http", "Storage"],
        ["TemplateApi"] = ["Http", "Intake", "Requests", "Templates"],
        ["SuppressionApi"] = ["Addresses", "Http", "Intake", "Requests", "Suppression"],
        ["Resend"] = ["Changes", "Composition", "Http", "Idempotency", "Intake", "Ledger", "Requests", "Storage", "Templates", "Trust"],
        ["Trust"] = ["Ledger", "Storage"],
        ["Telemetry"] = ["Ledger"],
        ["Timers"] = ["Http", "Retention", "Schedule", "Statistics", "Storage", "Telemetry"],
        ["Statistics"] = ["Http", "Ledger", "Storage", "Telemetry"],
    };

    /// <summary>Arrows that point the wrong way today and are to be turned. None may be added.</summary>
    private static readonly string[] Owed =
    [
        "Intake -> Delivery", // for the lane's window, which ends a mail that names no expires_at
    ];

    [Fact]
    public void Every_stage_has_its_row_in_the_table()
    {
        var folders = Repository.Files("src/MailFunctions", "*.cs").Select(FolderOf).OfType<string>().Distinct();

        Assert.Equal(Allowed.Keys.Order(), folders.Order());
    }

    [Fact]
    public void No_stage_imports_one_that_it_may_not()
    {
        var forbidden = Arrows().Where(arrow => !Allowed[arrow.From].Contains(arrow.To)).Select(arrow => $"{arrow.From} -> {arrow.To}");

        Assert.Equal(Owed.Order(), forbidden.Order());
    }

    [Fact]
    public void The_table_has_no_way_back()
    {
        foreach (var stage in Allowed.Keys)
            Assert.DoesNotContain(stage, Reachable(stage));
    }

    [Fact]
    public void Nothing_imports_the_app()
    {
        var importing = ((string[])[.. Repository.Files("src", "*.cs"), .. Repository.Files("tests", "*.cs")])
            .Where(file => ImportOfApp().IsMatch(Repository.Text(file)));

        Assert.Empty(importing);
    }

    [Fact]
    public void No_stage_knows_a_host()
    {
        var knowing = Repository.Files("src/MailFunctions", "*.cs")
            .Where(file => Host().IsMatch(Repository.Text(file)));

        Assert.Empty(knowing);
    }

    private static HashSet<(string From, string To)> Arrows()
    {
        var arrows =
            from file in Repository.Files("src/MailFunctions", "*.cs")
            let stage = FolderOf(file)
            where stage is not null
            from match in Stage().Matches(Repository.Text(file))
            let imported = match.Groups[1].Value
            where imported != stage && Allowed.ContainsKey(imported)
            select (stage, imported);
        return [.. arrows];
    }

    private static HashSet<string> Reachable(string stage)
    {
        var found = new HashSet<string>();
        var open = new Stack<string>(Allowed[stage]);
        while (open.TryPop(out var next))
        {
            if (found.Add(next))
                Array.ForEach(Allowed[next], open.Push);
        }

        return found;
    }

    /// <returns>Null for a file in the folder's root.</returns>
    private static string? FolderOf(string file) => file.Split('/') is [_, _, var folder, _, ..] ? folder : null;

    /// <summary>An import, or a name written out in full.</summary>
    [GeneratedRegex(@"\bMailFunctions\.([A-Z]\w*)\b")]
    private static partial Regex Stage();

    [GeneratedRegex(@"\busing (static )?MailFunctions\.App\b")]
    private static partial Regex ImportOfApp();

    [GeneratedRegex(@"\bMicrosoft\.Azure\.(Functions|WebJobs)\b|\bMailFunctions\.LocalHost\b")]
    private static partial Regex Host();
}
