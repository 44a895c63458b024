using System.Text;
using MailFunctions.Http.Requests;
using MailFunctions.Intake;
using MailFunctions.Ledger;

namespace MailFunctions.Tests.Intake;

/// <summary>What the largest requests cost, counted as all that is allocated, whether or not it is alive at the same time.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class MeasuredAlone;

[Collection(typeof(MeasuredAlone))]
public sealed class RequestMemoryTests
{
    private const long MiB = 1024 * 1024;

    [Fact]
    public async Task The_largest_attachments_cost_less_than_200_MiB_from_the_body_to_the_stored_form()
    {
        var attachment = Encoding.UTF8.GetString(Base64(EmailLimits.AttachmentBytes));
        var body = Request($"\"text\":\"{new string('x', (int)(6 * MiB))}\",\"attachments\":[{{\"filename\":\"a.bin\",\"content\":\"{attachment}\"}}]");

        await CostsLessThan(200 * MiB, body);
    }

    [Fact]
    public async Task The_longest_texts_cost_less_than_200_MiB_even_where_each_character_is_escaped()
    {
        var text = string.Concat(Enumerable.Repeat("\\u00e4", 3_300_000));
        var body = Request($"\"html\":\"{text}\",\"text\":\"{new string('"', 10_000_000).Replace("\"", "\\\"", StringComparison.Ordinal)}\"");

        await CostsLessThan(200 * MiB, body);
    }

    private static async Task CostsLessThan(long bytes, byte[] body)
    {
        await using var stream = new MemoryStream(body);
        Assert.InRange(body.Length, RequestLimits.BodyBytes * 3L / 4, RequestLimits.BodyBytes);

        var before = GC.GetTotalAllocatedBytes(precise: true);
        var reading = await EmailRequests.ReadAsync(stream, "application/json", body.Length);
        var stored = EmailContentSerializer.Serialize(reading.Value!.Content);
        var cost = GC.GetTotalAllocatedBytes(precise: true) - before;

        Assert.False(stored.IsEmpty);
        Assert.InRange(cost, 0, bytes);
        TestContext.Current.TestOutputHelper?.WriteLine($"{cost / MiB} MiB for a body of {body.Length / MiB} MiB");
    }

    private static byte[] Request(string fields) =>
        Encoding.UTF8.GetBytes($"{{\"from\":\"a@example.com\",\"to\":\"b@example.com\",\"subject\":\"large\",{fields}}}");

    private static byte[] Base64(int bytes) => Encoding.ASCII.GetBytes(Convert.ToBase64String(new byte[bytes]));
}
