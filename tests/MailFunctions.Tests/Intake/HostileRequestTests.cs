using MailFunctions.TestPeers;

namespace MailFunctions.Tests.Intake;

public sealed class HostileRequestTests
{
    public static TheoryData<string> Names => [.. HostileRequests.All.Select(request => request.Name)];

    [Fact]
    public void The_corpus_has_at_least_a_hundred_requests_with_a_name_each()
    {
        var names = HostileRequests.All.Select(request => request.Name).ToArray();

        Assert.InRange(names.Length, 100, int.MaxValue);
        Assert.Equal(names.Length, names.Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_hostile_request_is_refused_with_a_useful_answer(string name)
    {
        var request = HostileRequests.All.Single(candidate => candidate.Name == name);

        var reading = await EmailRequests.ReadAsync(request.Body, request.ContentType);

        Assert.False(reading.Succeeded);
        var problem = reading.Problem;
        Assert.Equal(request.Status, problem.Status);
        Assert.Contains(request.Says, string.Join('\n', problem.Errors.Select(error => error.Message).Prepend(problem.Detail)), StringComparison.Ordinal);
        if (request.Place is null)
            Assert.Empty(problem.Errors);
        else
            Assert.Contains(problem.Errors, error => error.Pointer == request.Place && error.Message.Contains(request.Says, StringComparison.Ordinal));
        Assert.All(problem.Errors, error => Assert.InRange(error.Message.Length, 1, 400));
        Assert.InRange(problem.Detail!.Length, 1, 400);
    }
}
