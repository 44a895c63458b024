using MailFunctions.Http;
using MailFunctions.Http.Requests;
using MailFunctions.Keys;

namespace MailFunctions.Tests.Keys;

/// <summary>What the terms of a key are refused for: an error for each field, however many of its entries are wrong.</summary>
public sealed class KeyRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);
    private static readonly KeyTerms Terms = new() { Name = "shop", Rights = ["send"], Senders = ["example.com"] };

    private static readonly string[] Fields = ["rights", "senders", "recipients", "lanes", "headers", "templates", "networks", "quotas"];

    public static TheoryData<string, int> Lists => new(Fields.SelectMany(name => new[] { 1, KeyRules.MostEntries, 20_000 }.Select(entries => (name, entries))));

    public static TheoryData<string> Names => new(Fields);

    [Theory]
    [MemberData(nameof(Lists))]
    public void A_list_of_wrong_entries_is_one_short_error(string field, int entries)
    {
        string[] wrong = [.. Enumerable.Range(0, entries).Select(index => $"@{index}{new string('\u00E4', 2_000)}")];

        var problem = Refuse(field, wrong);

        var error = Assert.Single(problem.Errors);
        Assert.Equal($"/{field}", error.Pointer);
        Assert.InRange(error.Message.Length, 1, RequestLimits.ErrorChars + 1);
        if (entries > KeyRules.MostEntries)
            Assert.Equal($"has {entries} entries: at most {KeyRules.MostEntries} are allowed", error.Message);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_blank_entry_is_refused_beside_good_ones(string field)
    {
        string[] good = field switch
        {
            "rights" => ["send"],
            "lanes" => ["bulk"],
            "networks" => ["192.0.2.1"],
            "quotas" => ["mails_per_day=1"],
            _ => ["example.com"],
        };

        Assert.Equal($"/{field}", Assert.Single(Refuse(field, [.. good, " "]).Errors).Pointer);
    }

    private static Problem Refuse(string field, IReadOnlyList<string> entries)
    {
        var terms = field switch
        {
            "rights" => Terms with { Rights = entries },
            "senders" => Terms with { Senders = entries },
            "recipients" => Terms with { Recipients = entries },
            "lanes" => Terms with { Lanes = entries },
            "headers" => Terms with { Headers = entries },
            "templates" => Terms with { Templates = entries },
            "networks" => Terms with { Networks = entries },
            _ => Terms with { Quotas = entries },
        };
        var key = new ApiKey { Id = "k", Name = "", Hash = [], Rights = Rights.None, Limits = new KeyLimits(), CreatedAt = Now };
        return Assert.IsType<Problem>(KeyRules.Apply(terms, key, Now).Problem);
    }
}
