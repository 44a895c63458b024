using System.Globalization;
using System.Text.Json;
using MailFunctions.Api.Emails;
using MailFunctions.Keys;
using MailFunctions.Keys.Callers;
using MailFunctions.Mail;
using MailFunctions.Simulation.Hosting;
using MailFunctions.Simulation.Scheduling;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Simulation.Actors;

/// <summary>A mail that a caller was promised: the id of its 202, and the number of the post that got it.</summary>
internal readonly record struct PromisedMail(MailPlan Plan, int Post, EmailId Id)
{
    public string Sender => Plan.Sender(Post);
}

/// <summary>Post each submission until it has a 202, or its time has passed; some do it again under their key.</summary>
/// <param name="afterwards">What a caller does with a mail that it was promised.</param>
internal sealed class Callers(World world, Calls calls, Func<PromisedMail, Task> afterwards)
{
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(2);

    /// <summary>An instance goes by its machine's clock until storage has answered once.</summary>
    private static readonly TimeSpan Skew = Fleet.Skew + TimeSpan.FromSeconds(1);

    private readonly List<PromisedMail> _promised = [];

    /// <summary>Each answer counts: a repeated one has the same ids.</summary>
    public IReadOnlyList<PromisedMail> Promised => _promised;

    public Task PostAllAsync(IEnumerable<Submission> submissions) => Task.WhenAll(submissions.Select(SubmitAsync));

    private async Task SubmitAsync(Submission submission)
    {
        await world.WaitAsync(submission.Mails[0].PostedAt - world.Now, null);
        var twin = submission.Twin ? PostAsync(submission) : Task.FromResult<IReadOnlyList<PromisedMail>>([]);
        var promised = await PostAsync(submission);
        await twin;
        var decisions = Task.WhenAll(promised.Select(afterwards));
        for (var i = 0; i < submission.Repeats && promised.Count > 0; i++)
        {
            await world.WaitAsync(LongestRest * world.Chance.NextDouble(), null);
            await PostAsync(submission);
        }

        await decisions;
    }

    private async Task<IReadOnlyList<PromisedMail>> PostAsync(Submission submission)
    {
        for (var post = 0; ; post++)
        {
            var json = submission.ToJson(post);
            var (status, body) = await calls.TryAsync(instance => instance.CallAsync(
                "POST", submission.IsBatch ? "/api/emails/batch" : "/api/emails", request => Submit(instance, submission, request), json, submission.Key, submission.Waits ? "wait=5" : null));
            if (status is >= 400 and < 500 and not 409 && !(status == 422 && submission.Mails.Any(IsLate)))
                throw new SimulationFault($"A post was answered with {status}: {body}");
            if (status is 200 or 202)
                return Promise(submission, post, body, status);
            if (status == 422)
                return [];
            await calls.PauseAsync();
        }
    }

    private static Task<Microsoft.AspNetCore.Http.IResult> Submit(Instance instance, Submission submission, Microsoft.AspNetCore.Http.HttpRequest request) =>
        submission.IsBatch ? instance.Get<EmailIntake>().SubmitBatchAsync(request, HolderOfKey(instance, request), CancellationToken.None) : instance.Get<EmailIntake>().SubmitAsync(request, HolderOfKey(instance, request), CancellationToken.None);

    private List<PromisedMail> Promise(Submission submission, int post, JsonElement body, int status)
    {
        var ids = submission.IsBatch ? body.GetProperty("data").EnumerateArray().Select(IdOf) : [IdOf(body)];
        List<PromisedMail> promised = [.. submission.Mails.Zip(ids, (mail, id) => new PromisedMail(mail, post, id))];
        if (promised.Count != submission.Mails.Count)
            throw new SimulationFault($"A post of {submission.Mails.Count} mails was answered with {promised.Count}: {body}");
        foreach (var mail in promised)
            world.Trace.Add(world.Now, "caller", "is promised", string.Create(CultureInfo.InvariantCulture, $"{mail.Sender} {mail.Id}"), status);
        _promised.AddRange(promised);
        return promised;
    }

    private static EmailId IdOf(JsonElement json) => EmailId.Parse(json.GetProperty("id").GetString()!);

    private bool IsLate(MailPlan mail) => mail.ScheduledAt <= world.Now + Skew || mail.ExpiresAt <= world.Now + Skew;

    private static Caller HolderOfKey(Instance instance, HttpRequest request) =>
        Caller.OfFunctionKey(token => instance.Get<FunctionKeys>().FingerprintAsync(request, token), client: null);
}
