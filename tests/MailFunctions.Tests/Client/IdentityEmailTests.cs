using System.Text.Encodings.Web;
using System.Text.Json;
using MailFunctions.Client;
using MailFunctions.Client.Identity;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace MailFunctions.Tests.Client;

public sealed class IdentityEmailTests
{
    private const string Link = "https://shop.example.com/confirm?user=1&code=Q0+0/x==";

    [Fact]
    public async Task An_encoded_link_is_decoded_in_the_text_and_encoded_once_in_the_html()
    {
        var sent = await SendAsync(sender => sender.SendConfirmationLinkAsync(new IdentityUser(), "ada@example.com", HtmlEncoder.Default.Encode(Link)));

        Assert.Equal("Shop <accounts@example.com>", sent.From);
        Assert.Equal(["ada@example.com"], sent.To);
        Assert.Contains($"\n{Link}\n", sent.Text, StringComparison.Ordinal);
        Assert.Contains($"<a href=\"{HtmlEncoder.Default.Encode(Link)}\">", sent.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_that_comes_as_it_is_gives_the_same_mail()
    {
        var encoded = await SendAsync(sender => sender.SendPasswordResetLinkAsync(new IdentityUser(), "ada@example.com", HtmlEncoder.Default.Encode(Link)));
        var plain = await SendAsync(sender => sender.SendPasswordResetLinkAsync(new IdentityUser(), "ada@example.com", Link));

        Assert.Equal((encoded.Text, encoded.Html), (plain.Text, plain.Html));
    }

    [Fact]
    public async Task A_code_is_in_both_bodies()
    {
        var sent = await SendAsync(sender => sender.SendPasswordResetCodeAsync(new IdentityUser(), "ada@example.com", "CfDJ8K&lt;x&gt;"));

        Assert.Equal("Reset your password", sent.Subject);
        Assert.Contains("\nCfDJ8K<x>\n", sent.Text, StringComparison.Ordinal);
        Assert.Contains("<strong>CfDJ8K&lt;x&gt;</strong>", sent.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_application_has_words_of_its_own()
    {
        var sent = await SendAsync(
            sender => sender.SendPasswordResetCodeAsync(new IdentityUser(), "ada@example.com", "123"),
            options => options.Compose = email => new EmailMessage { Subject = $"{email.Kind}", Text = $"Für {email.To}: {email.Secret}", Lane = EmailLane.Transactional });

        Assert.Equal("PasswordResetCode|Für ada@example.com: 123|Shop <accounts@example.com>|ada@example.com", $"{sent.Subject}|{sent.Text}|{sent.From}|{Assert.Single(sent.To!)}");
    }

    private static async Task<EmailMessage> SendAsync(Func<IEmailSender<IdentityUser>, Task> send, Action<IdentityEmailOptions>? configure = null)
    {
        await using var api = await ScriptedApi.StartAsync(ScriptedApi.Answer(202, ScriptedApi.Accepted));
        var services = new ServiceCollection();
        services.AddMailFunctionsClient(options => options.BaseAddress = api.Address);
        services.AddMailFunctionsIdentityEmails<IdentityUser>(options =>
        {
            options.From = "Shop <accounts@example.com>";
            configure?.Invoke(options);
        });
        await using var provider = services.BuildServiceProvider();

        await send(provider.GetRequiredService<IEmailSender<IdentityUser>>());

        return JsonSerializer.Deserialize(Assert.Single(api.Requests).Body, ContractsJson.Default.EmailMessage)!;
    }
}
