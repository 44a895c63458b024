using MailFunctions.Api.Emails;
using MailFunctions.Ledger.Scans;
using MailFunctions.Mail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace MailFunctions.Tests.Api.Emails;

public sealed class EmailListReaderTests
{
    private const string States = "scheduled, queued, sending, deferred, uncertain, dead, sent, partial, failed, expired, canceled, suppressed, discarded";

    [Fact]
    public void A_query_without_parameters_lists_all_mails_fifty_at_a_time()
    {
        var query = Require("code=secret");

        Assert.Empty(query.States);
        Assert.Equal(new EmailListQuery { States = query.States }, query);
        Assert.Equal(50, query.Limit);
    }

    [Theory]
    [InlineData("state=lost", "state must be one or more of these, separated by commas: " + States)]
    [InlineData("state=", "state has no value: leave it out, or give it one")]
    [InlineData("state=sent,", "state must be one or more of these, separated by commas: " + States)]
    [InlineData("state=Sent", "state must be one or more of these, separated by commas: " + States)]
    [InlineData("state=void", "state must be one or more of these, separated by commas: " + States)]
    [InlineData("state=sent&state=dead", "state is given more than once")]
    [InlineData("lane=fast", "lane must be transactional or bulk")]
    [InlineData("tag=kind", "tag must be a name and a value with a colon between, such as kind:order")]
    [InlineData("tag=kind:", "tag must be a name and a value with a colon between, such as kind:order")]
    [InlineData("tag=a:b:c", "tag must be a name and a value with a colon between, such as kind:order")]
    [InlineData("recipient=ada", "recipient has no @: write a@b.c or Name <a@b.c>")]
    [InlineData("recipient_hash=abc", "recipient_hash must be the SHA-256 of an address in lower case, as 64 hexadecimal digits")]
    [InlineData("relay=", "relay has no value: leave it out, or give it one")]
    [InlineData("batch=7", "batch must be the id of a batch")]
    [InlineData("from=yesterday", "from must be a time in ISO 8601 with an offset, such as 2026-11-23T10:42:00Z or 2026-11-23T11:42:00+01:00")]
    [InlineData("from=2026-11-23T10:00Z&to=2026-11-23T10:00Z", "from must be before to")]
    [InlineData("limit=0", "limit must be a number from 1 to 200")]
    [InlineData("limit=201", "limit must be a number from 1 to 200")]
    [InlineData("limit=ten", "limit must be a number from 1 to 200")]
    [InlineData("after=x", "after must be what the page before gave as after, with the same filters")]
    [InlineData("after=", "after has no value: leave it out, or give it one")]
    [InlineData("stat=sent", "stat is not a parameter; did you mean state? These are: state, lane, tag, recipient, recipient_hash, relay, batch, from, to, limit, after")]
    public void An_error_names_the_parameter_and_what_it_takes(string parameters, string sentence)
    {
        var (query, errors) = Read(parameters);

        Assert.Null(query);
        Assert.Equal(sentence, $"{errors.Single().Parameter} {errors.Single().Message}");
    }

    [Fact]
    public void All_parameter_errors_are_reported_together() => Assert.Equal(
        ["x", .. EmailListReader.Known],
        Read("x=&state=&lane=&tag=&recipient=&recipient_hash=&relay=&batch=&from=&to=&limit=&after=").Errors.Select(error => error.Parameter));

    [Theory]
    [InlineData("state=dead", true)]
    [InlineData("state=dead,uncertain&lane=bulk", true)]
    [InlineData("state=dead,sent", false)]
    [InlineData("lane=bulk", false)]
    public void Each_kind_of_list_takes_its_own_cursors(string parameters, bool awaitsPerson)
    {
        var id = EmailId.Mint(DateTimeOffset.UnixEpoch)[0];
        var held = new HeldCursor($"0000000000000000000-{id}");
        var scan = new ScanCursor(id, DateTimeOffset.UnixEpoch, ScanWidth.First);

        Assert.Equal(awaitsPerson, Read($"{parameters}&after={held}").Query?.AfterHeld == held);
        Assert.Equal(!awaitsPerson, Read($"{parameters}&after={scan}").Query?.AfterScan == scan);
        Assert.Single(Read($"{parameters}&after={(awaitsPerson ? scan.ToString() : held.ToString())}").Errors);
    }

    [Theory]
    [InlineData("recipient=Ada%2BNews@EXAMPLE.net", "ada+news@example.net")]
    [InlineData("recipient=Ada+News@EXAMPLE.net", "ada+news@example.net")]
    [InlineData("recipient=Ada Lovelace <ada@example.net>", "ada@example.net")]
    [InlineData("recipient=ada@müller.example", "ada@xn--mller-kva.example")]
    public void An_address_is_read_as_the_ledger_has_it(string parameters, string normalised) => Assert.Equal(normalised, Require(parameters).Recipient);

    [Fact]
    public void A_hash_is_that_of_the_address_in_lower_case()
    {
        // printf ada@example.net | sha256sum
        Assert.Equal("da0385cbdb628d708123a2b24c3692e659b0e5c876598a718fcd5187f4a0c87e", RecipientHash.Of("Ada@example.net"));
        // printf 'jos\xc3\xa9@example.net' | sha256sum
        Assert.Equal("478e5f2dbc46ea42e7e9785add463097a775ff2d032604195b852ec83188d269", RecipientHash.Of("Jose\u0301@example.net"));
        Assert.Equal(RecipientHash.Of("ada@example.net"), Require("recipient_hash=da0385cbdb628d708123a2b24c3692e659b0e5c876598a718fcd5187f4a0c87e").RecipientHash);
    }

    private static EmailListQuery Require(string parameters)
    {
        var (query, errors) = Read(parameters);
        Assert.Empty(errors);
        return query!;
    }

    private static (EmailListQuery? Query, IReadOnlyList<ProblemError> Errors) Read(string parameters) =>
        EmailListReader.Read(new QueryCollection(QueryHelpers.ParseQuery(parameters)));
}
