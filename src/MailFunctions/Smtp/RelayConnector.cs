using System.Net;
using System.Net.Sockets;

namespace MailFunctions.Smtp;

/// <summary>Connects a conversation to its relay: TCP, greeting, EHLO and TLS.</summary>
internal static class RelayConnector
{
    /// <summary>Connects within the relay's time for it. The connection's local address is known before EHLO is said.</summary>
    public static async Task ConnectAsync(this SmtpConversation conversation, Relay relay, CancellationToken cancellationToken)
    {
        using var connecting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        connecting.CancelAfter(relay.ConnectTimeout);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(relay.Host, relay.Port, connecting.Token);
            conversation.LocalDomain = EhloName.For(relay, (socket.LocalEndPoint as IPEndPoint)?.Address);
            await conversation.ConnectAsync(socket, relay.Host, relay.Port, relay.Security, connecting.Token);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
