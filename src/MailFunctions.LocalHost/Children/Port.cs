using System.Net;
using System.Net.Sockets;

namespace MailFunctions.LocalHost.Children;

/// <summary>A loopback port that a part of the local host needs.</summary>
/// <param name="Purpose">Its purpose, as part of a sentence: "the inbox's SMTP".</param>
/// <param name="Setting">The setting that changes it.</param>
internal sealed record Port(string Purpose, int Number, string Setting)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public CannotStartException Taken() => new(
        $"Port {Number}, wanted for {Purpose}, is taken by something else; end that, or set {Setting} to another port.");

    public async Task<bool> IsListenedOnAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        using var client = new TcpClient(AddressFamily.InterNetwork);
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, Number, patience.Token);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Returns different ports that are free at this moment: all are held before the first is released.</summary>
    public static int[] FindFree(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(listener => listener.Start());
        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        listeners.ForEach(listener => listener.Dispose());
        return ports;
    }
}
