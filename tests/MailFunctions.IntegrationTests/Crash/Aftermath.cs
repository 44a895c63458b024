using System.Text.Json;

namespace MailFunctions.IntegrationTests.Crash;

/// <summary>What anybody can see of one mail when all is quiet: GET emails/{id}, and the relay's own book.</summary>
/// <param name="Received">How often the relay took it.</param>
/// <param name="Told">Everything known of it, for a failure.</param>
internal sealed record Aftermath(JsonElement Mail, int Received, string Told)
{
    public string Status => Mail.GetProperty("status").GetString()!;

    /// <summary>
    /// Without those that the app gave up before it said anything to the relay, since it could not renew its lease in time: on
    /// a busy machine a lease of seconds may run out.
    /// </summary>
    public int Attempts => Mail.GetProperty("attempts").EnumerateArray().Count(attempt =>
        attempt.GetProperty("recipients").GetArrayLength() > 0 || !attempt.GetProperty("reason").ToString().Contains("lease", StringComparison.Ordinal));

    public int Faults => Mail.TryGetProperty("faults", out var faults) ? faults.GetInt32() : 0;

    /// <summary>Attempts of which a caller is told that nobody knows their outcome.</summary>
    public int Uncertain => Mail.GetProperty("attempts").EnumerateArray().Count(attempt =>
        attempt.GetProperty("recipients").EnumerateArray().Any(recipient => recipient.GetProperty("status").GetString() == "uncertain"));

    public void Require(string status, int received, int attempts, int uncertain)
    {
        Assert.True(received <= 1 + uncertain, "The test itself expects a duplicate that the product promises not to make.");
        Assert.True(
            (Status, Received, Attempts, Uncertain) == (status, received, attempts, uncertain),
            $"Expected {status}, received {received} times, {attempts} attempts, {uncertain} of them uncertain; found {Status}, received {Received} times, {Attempts} attempts, {Uncertain} of them uncertain.\n{Told}");
    }
}
