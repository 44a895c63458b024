using System.Net;
using System.Net.Security;
using MailFunctions.Mail;
using MailKit.Security;

namespace MailFunctions.Smtp.Wire;

/// <summary>
/// Opens the connection to a relay up to and including TLS: address, TCP, greeting and, where it is asked
/// for, STARTTLS (RFC 3207).
/// </summary>
/// <param name="tls">Returns the options for one handshake.</param>
/// <param name="localName">Returns the argument of EHLO for our own address on the connection.</param>
internal sealed class RelayOpening(
    AddressDialer dialer, SecureSocketOptions security, Func<SslClientAuthenticationOptions> tls, Func<IPAddress, string> localName, TimeProvider clock)
{
    /// <summary>The time for the whole opening, over all addresses.</summary>
    public required TimeSpan Within { get; init; }

    /// <summary>The time for one reply.</summary>
    public required TimeSpan ReplyTimeout { get; init; }

    /// <summary>
    /// Returns the connection, with its greeting to be read again. While there is another address, one that fails takes
    /// at most half of the time.
    /// </summary>
    public async Task<RelayStream> OpenAsync(string host, int port, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        var left = new List<IPAddress>(await dialer.ResolveAsync(host, cancellationToken));
        Exception? first = null;
        while (true)
        {
            RelayConnection connection;
            try
            {
                connection = await dialer.ConnectAsync(left, port, Rest(started), cancellationToken);
            }
            catch (Exception) when (first is not null && !cancellationToken.IsCancellationRequested)
            {
                throw first;
            }

            using var share = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            using var half = new CancellationTokenSource(left.Count > 0 ? Rest(started) / 2 : Timeout.InfiniteTimeSpan, clock);
            using var ending = half.Token.Register(share.Cancel);
            try
            {
                return await GreetAsync(connection, share.Token);
            }
            catch (Exception exception) when (left.Count > 0 && !cancellationToken.IsCancellationRequested)
            {
                first ??= exception;
            }
        }
    }

    private TimeSpan Rest(long started)
    {
        var rest = Within - clock.GetElapsedTime(started);
        return rest > TimeSpan.Zero ? rest : TimeSpan.Zero;
    }

    private async Task<RelayStream> GreetAsync(RelayConnection connection, CancellationToken cancellationToken)
    {
        Stream transport = new MeteredStream(connection.Octets);
        if (security == SecureSocketOptions.SslOnConnect)
            transport = await TlsHandshake.RunAsync(transport, tls(), cancellationToken);
        var wire = Wire(transport, connection);
        try
        {
            var greeting = await wire.ReadGreetingAsync(cancellationToken);
            if (greeting.Code != 220)
                throw new RelayRefusedException(SmtpStage.Connect, greeting);
            if (security is SecureSocketOptions.StartTls or SecureSocketOptions.StartTlsWhenAvailable && await TryStartTlsAsync(wire, cancellationToken))
                wire = Wire(await TlsHandshake.RunAsync(await wire.ReleaseForTlsAsync(cancellationToken), tls(), cancellationToken), connection);
            wire.Replay(greeting);
            return wire;
        }
        catch
        {
            await wire.DisposeAsync();
            throw;
        }
    }

    private RelayStream Wire(Stream transport, RelayConnection connection)
    {
        var timeout = (int)ReplyTimeout.TotalMilliseconds;
        return new RelayStream(transport, connection, clock) { ReadTimeout = timeout, WriteTimeout = timeout };
    }

    /// <returns>True when TLS is to begin; false when the relay does not offer it and it is not required.</returns>
    private async Task<bool> TryStartTlsAsync(RelayStream wire, CancellationToken cancellationToken)
    {
        var hello = await wire.AskAsync("EHLO " + localName(wire.LocalAddress), cancellationToken);
        var isRequired = security == SecureSocketOptions.StartTls;
        if (hello.Code != 250 && isRequired)
            throw new RelayRefusedException(SmtpStage.Ehlo, hello);
        if (hello.Code != 250 || !hello.Lines.Skip(1).Any(line => line.Trim().Equals("STARTTLS", StringComparison.OrdinalIgnoreCase)))
            return isRequired ? throw new TlsRequiredException() : false;

        var answer = await wire.AskAsync("STARTTLS", cancellationToken);
        return answer.Code == 220 ? true : throw new RelayRefusedException(SmtpStage.StartTls, answer);
    }
}

/// <summary>TLS is required, and the relay does not offer it.</summary>
internal sealed class TlsRequiredException() : Exception("TLS is required and the relay does not offer STARTTLS.");
