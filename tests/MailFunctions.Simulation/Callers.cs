using System.Globalization;
using MailFunctions.Api.Emails;
using MailFunctions.Keys;
using MailFunctions.Keys.Callers;
using MailFunctions.Mail;
using MailFunctions.Simulation.Hosting;
using MailFunctions.Simulation.Scheduling;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Simulation;

/// <summary>A mail that a caller was promised: the id of its 202, and the number of the post that got it.</summary>
internal readonly record struct PromisedMail(MailPlan Plan, int Post, EmailId Id);

/// <summary>Posts each mail until it has a 202, or its time has passed.</summary>
internal sealed class Callers(World world, Fleet fleet)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);

    /// <summary>An instance goes by its machine's clock until storage has answered once.</summary>
    private static readonly TimeSpan Skew = Fleet.Skew + TimeSpan.FromSeconds(1);

    private readonly List<PromisedMail> _promised = [];

    public IReadOnlyList<PromisedMail> Promised => _promised;

    public Task PostAllAsync(IEnumerable<MailPlan> mails) => Task.WhenAll(mails.Select(PostAsync));

    private async Task PostAsync(MailPlan mail)
    {
        await world.WaitAsync(mail.PostedAt - world.Now, null);
        for (var post = 0; ; post++)
        {
            var (status, id) = fleet.Any() is { } instance ? await TryPostAsync(instance, mail, post) : default;
            if (id is { } promised)
            {
                _promised.Add(new PromisedMail(mail, post, promised));
                world.Trace.Add(world.Now, "caller", "is promised", string.Create(CultureInfo.InvariantCulture, $"{mail.Sender(post)} {promised}"), status);
            }

            if (id is not null || status == 422)
                return;
            await world.WaitAsync(Pause, null);
        }
    }

    /// <returns>Status 0 without an answer. 422 is for a mail whose time has passed while it could not be posted.</returns>
    private async Task<(int Status, EmailId? Id)> TryPostAsync(Instance instance, MailPlan mail, int post)
    {
        var call = instance.CallAsync("POST", "/api/emails", request => instance.Get<EmailIntake>().SubmitAsync(request, HolderOfKey(instance, request), CancellationToken.None), mail.ToJson(post), mail.Key);
        if (await Task.WhenAny(call, world.WaitAsync(Patience, null)) != call)
            return default;
        var (status, body) = await call;
        if (status is >= 400 and < 500 and not 409 && !(status == 422 && IsLate(mail)))
            throw new SimulationFault($"A post was answered with {status}: {body}");
        return (status, status == 202 ? EmailId.Parse(body.GetProperty("id").GetString()!) : null);
    }

    private static Caller HolderOfKey(Instance instance, HttpRequest request) =>
        Caller.OfFunctionKey(token => instance.Get<FunctionKeys>().FingerprintAsync(request, token), client: null);

    private bool IsLate(MailPlan mail) => mail.ScheduledAt <= world.Now + Skew || mail.ExpiresAt <= world.Now + Skew;
}
