using System.Text;
using MailFunctions.Api.Suppressions;
using MailFunctions.Suppression;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace MailFunctions.Tests.Suppression;

public sealed class SuppressionRequestReaderTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly SuppressionRequestReader Reader = new(new FakeTimeProvider(Now));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_import_reports_all_errors_together_with_their_places()
    {
        var read = await Reader.ReadImportAsync(
            Request("""
                {"suppressions": [
                  {"address": "ada@example.com", "reason": "bounce", "scope": "bulk", "expires_at": "2027-01-01T00:00:00+01:00", "note": "asked by phone"},
                  {"reason": "spite"},
                  {"address": "Ada <ada@example.com>", "scope": "everything", "expires_at": "2026-11-23T12:00:00Z"},
                  {"address": "nobody", "expires_at": "tomorrow", "adress": "x"},
                  7
                ]}
                """),
            Cancellation);

        Assert.Equal(422, read.Problem!.Status);
        Assert.Equal(
            [
                "/suppressions/1/address", "/suppressions/1/reason", "/suppressions/2/address", "/suppressions/2/expires_at", "/suppressions/2/scope",
                "/suppressions/3/address", "/suppressions/3/adress", "/suppressions/3/expires_at", "/suppressions/4",
            ],
            read.Problem.Errors.Select(error => error.Pointer).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_entry_has_defaults_for_all_but_its_address()
    {
        var read = await Reader.ReadImportAsync(Request("""{"suppressions": [{"address": "Ada@Example.COM"}, {"address": "b@example.com", "reason": "unsubscribe", "scope": "bulk", "expires_at": "2027-01-01T00:00:00+01:00", "note": "n"}]}"""), Cancellation);

        Assert.Equal(
            [
                new SuppressionEntry("ada@example.com", SuppressionReason.Manual, SuppressionScope.All, Now, null, null),
                new SuppressionEntry("b@example.com", SuppressionReason.Unsubscribe, SuppressionScope.Bulk, Now, new DateTimeOffset(2026, 12, 31, 23, 0, 0, TimeSpan.Zero), "n"),
            ],
            read.Value!);
    }

    [Fact]
    public async Task A_put_without_a_body_is_an_entry_by_hand_for_good()
    {
        var read = await Reader.ReadEntryAsync("ada@example.com", new DefaultHttpContext().Request, Cancellation);

        Assert.Equal(new SuppressionEntry("ada@example.com", SuppressionReason.Manual, SuppressionScope.All, Now, null, null), read.Value);
    }

    /// <summary>As a client sends what it streams: neither a length nor a type tells of the body.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_PUT_with_a_body_without_a_content_type_is_refused(bool hasLength)
    {
        var request = Request("""{"scope": "bulk", "reason": "unsubscribe"}""");
        request.ContentType = null;
        request.ContentLength = hasLength ? request.Body.Length : null;

        Assert.Equal(415, (await Reader.ReadEntryAsync("ada@example.com", request, Cancellation)).Problem?.Status);
    }

    [Fact]
    public async Task A_put_names_the_address_in_its_path_alone()
    {
        var read = await Reader.ReadEntryAsync("ada@example.com", Request("""{"address": "bob@example.com"}"""), Cancellation);

        Assert.Equal("/address", Assert.Single(read.Problem!.Errors).Pointer);
    }

    [Theory]
    [InlineData(SuppressionRequestReader.MaxImport, 0)]
    [InlineData(SuppressionRequestReader.MaxImport + 1, 1)]
    [InlineData(20 * SuppressionRequestReader.MaxImport, 1)]
    public async Task An_import_has_ten_thousand_entries_at_most_each_with_all_its_fields(int entries, int errors)
    {
        var one = """{"address":"ada@example.com","reason":"bounce","scope":"all","expires_at":"2027-01-01T00:00Z","note":"x"}""";
        var read = await Reader.ReadImportAsync(Request($$"""{"suppressions":[{{string.Join(',', Enumerable.Repeat(one, entries))}}]}"""), Cancellation);

        Assert.Equal(errors, read.Problem?.Errors.Count ?? 0);
        Assert.Equal(errors == 0 ? entries : 0, read.Value?.Count ?? 0);
    }

    [Theory]
    [InlineData("[]", 422)]
    [InlineData("{}", 422)]
    [InlineData("""{"suppressions": {}}""", 422)]
    [InlineData("""{"suppressions": [""", 400)]
    [InlineData("", 400)]
    public async Task A_body_that_is_not_an_import_is_refused(string body, int status) =>
        Assert.Equal(status, (await Reader.ReadImportAsync(Request(body), Cancellation)).Problem!.Status);

    private static HttpRequest Request(string json)
    {
        var request = new DefaultHttpContext().Request;
        request.ContentType = "application/json";
        request.Body = new MemoryStream(Encoding.UTF8.GetBytes(json));
        request.ContentLength = request.Body.Length;
        return request;
    }
}
