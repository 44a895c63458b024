using System.Net.Sockets;

namespace MailFunctions.Benchmarks.Sending;

/// <summary>What a round trip to an SMTP server takes, by the command that does nothing (RFC 5321 section 4.1.1.9).</summary>
internal static class RoundTripProbe
{
    private const int Tries = 21;

    /// <returns>The median.</returns>
    public static async Task<TimeSpan> MeasureAsync(int port, CancellationToken cancellationToken)
    {
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync("127.0.0.1", port, cancellationToken);
        using var reader = new StreamReader(client.GetStream());
        await reader.ReadLineAsync(cancellationToken);
        var taken = new List<TimeSpan>(Tries);
        for (var i = 0; i < Tries; i++)
        {
            var began = TimeProvider.System.GetTimestamp();
            await client.GetStream().WriteAsync("NOOP\r\n"u8.ToArray(), cancellationToken);
            await reader.ReadLineAsync(cancellationToken);
            taken.Add(TimeProvider.System.GetElapsedTime(began));
        }

        return new Figures(taken).Median;
    }
}
