using MailFunctions.Client;
using MailFunctions.Client.Identity;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace MailFunctions.Tests.Client;

/// <summary>The C# of the READMEs, where a compiler sees it; <see cref="SnippetTests"/> compares them.</summary>
internal static class Snippets
{
    public static void Register(IServiceCollection services, IConfiguration configuration)
    {
        services.AddMailFunctionsClient(options =>
        {
            options.BaseAddress = new Uri("https://mail.azurewebsites.net/api");
            options.FunctionKey = configuration["MailFunctions:FunctionKey"];
        });

        services.AddMailFunctionsIdentityEmails<IdentityUser>(options => options.From = "Shop <accounts@example.com>");

        services.AddMailFunctionsIdentityEmails<IdentityUser>(options =>
        {
            options.From = "Shop <accounts@example.com>";
            options.Compose = email => email.Kind switch
            {
                IdentityEmailKind.ConfirmationLink => new() { Subject = "Adresse bestätigen", Text = $"Hier entlang: {email.Secret}" },
                _ => new() { Subject = "Neues Kennwort", Text = email.Secret },
            };
        });
    }

    public static async Task SendAsync(MailFunctionsClient client, byte[] pdf, CancellationToken cancellationToken)
    {
        var accepted = await client.SendAsync(
            new EmailMessage
            {
                From = "Shop <orders@example.com>",
                To = ["Ada <ada@example.net>"],
                Subject = "Your order 4711",
                Text = "Thank you.",
                Attachments = [new("invoice.pdf", pdf)],
            },
            idempotencyKey: "order-4711-confirmation",
            cancellationToken);

        var email = await client.GetAsync(accepted.Id, cancellationToken);
        Console.WriteLine($"{email.Status} after {email.Attempts.Count} attempts");
    }

    public static async Task PauseAsync(MailFunctionsClient client, CancellationToken cancellationToken)
    {
        await client.Pauses.PutAsync(PauseKindName.Sender, "example.com", new("The newsletter links to the wrong shop"), cancellationToken);

        await foreach (var entry in client.Audit.ListAsync(new() { Call = "PutPause" }, cancellationToken))
            Console.WriteLine($"{entry.At:u} {entry.Who} {entry.Target} {entry.Result}");

        await client.Pauses.DeleteAsync(PauseKindName.Sender, "example.com", cancellationToken);
    }

    public static async Task SendBatchAsync(MailFunctionsClient client, IReadOnlyList<string> readers)
    {
        var batch = await client.SendBatchAsync(
            new EmailBatch
            {
                Defaults = new() { From = "Shop <news@example.com>", Subject = "June", Html = "<p>Hello.</p>", Lane = EmailLane.Bulk },
                Emails = [.. readers.Select(reader => new EmailMessage { To = [reader] })],
            },
            BatchValidation.Permissive);
        foreach (var error in batch.Errors ?? [])
            Console.WriteLine($"{readers[error.Index ?? 0]}: {error.Message}");
    }

    public static async Task ManageAsync(MailFunctionsClient client, CancellationToken cancellationToken)
    {
        await client.SendAsync(
            new EmailMessage
            {
                From = "Shop <orders@example.com>",
                To = ["Ada <ada@example.net>"],
                Subject = "Your report",
                Text = "Here it is.",
                Attachments = [EmailAttachment.FromBlob("reports/2026/june.pdf")],
            },
            cancellationToken: cancellationToken);

        await client.Suppressions.PutAsync("bob@example.net", new() { Reason = SuppressionReasonName.Unsubscribe, Scope = SuppressionScopeName.Bulk }, cancellationToken);

        await foreach (var email in client.ListAsync(new() { States = [EmailStatus.Uncertain] }, cancellationToken))
            await client.ResolveAsync(email.Id, DecisionName.NotSent, cancellationToken);
    }

    public static async Task CatchAsync(MailFunctionsClient client, EmailMessage email)
    {
        try
        {
            await client.SendAsync(email);
        }
        catch (MailFunctionsException refused) when (refused.Name == ProblemName.ValidationError)
        {
            foreach (var error in refused.Errors)
                Console.WriteLine($"{error.Pointer} {error.Message}");
        }
        catch (MailFunctionsException lost) when (lost.Name == MailFunctionsException.NoAnswer)
        {
            await client.SendAsync(email, lost.IdempotencyKey);
        }
    }
}
