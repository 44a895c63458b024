using MailFunctions.Mail;
using MailFunctions.Smtp.Sessions;
using MimeKit;
using MimeKit.IO;

namespace MailFunctions.Smtp.Sandbox;

/// <summary>Makes attempts that need no relay.</summary>
internal sealed class Simulator(SandboxTimes times, TimeProvider clock)
{
    /// <summary>The line ends of RFC 5321.</summary>
    private static readonly FormatOptions Wire = new() { NewLineFormat = NewLineFormat.Dos };

    /// <param name="attempt">The number of the attempt, from 1.</param>
    public async Task<TransactionResult> TransactAsync(Addressees addressees, MimeMessage message, int attempt)
    {
        var started = clock.GetTimestamp();
        await PauseAsync(addressees);
        var result = addressees.Together(new TransactionResult([], 0, clock.GetElapsedTime(started)), attempt);
        return result.Recipients.Any(recipient => recipient.Reply.Stage == SmtpStage.FinalDot) ? result with { Bytes = await MeasureAsync(message) } : result;
    }

    /// <summary>Waits for the time that a slow recipient takes.</summary>
    public Task PauseAsync(Addressees addressees) => addressees.TakeTheirTime ? Task.Delay(times.Slow, clock) : Task.CompletedTask;

    private static async Task<long> MeasureAsync(MimeMessage message)
    {
        using var measuring = new MeasuringStream();
        await message.WriteToAsync(Wire, measuring);
        return measuring.Length;
    }
}

/// <param name="Slow">The time that a slow recipient takes.</param>
internal sealed record SandboxTimes(TimeSpan Slow)
{
    public static readonly SandboxTimes Default = new(TimeSpan.FromSeconds(10));
}
