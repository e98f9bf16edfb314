using System.Net;
using System.Net.Sockets;

namespace ActorFingerprint.Integration.Tests.Servers;

/// <summary>
/// A TCP relay on 127.0.0.1 that can lose what a server answers: the client's connection breaks while the server still works on its request.
/// </summary>
public sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly List<(TcpClient Client, TcpClient Server)> _pairs = [];
    private readonly int _target;
    private readonly Task _accepting;
    private volatile bool _isDeaf;

    /// <summary>Relays to a port of 127.0.0.1.</summary>
    public CuttingProxy(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>From now on requests pass and answers are lost, until <see cref="Cut"/>.</summary>
    public void LoseAnswers() => _isDeaf = true;

    /// <summary>Breaks every connection of clients; those to the server stay open until it has answered. New ones are relayed whole.</summary>
    public void Cut()
    {
        lock (_gate)
        {
            foreach (var (client, _) in _pairs) client.Client.Close(0);
            _isDeaf = false;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        lock (_gate)
        {
            foreach (var (client, server) in _pairs)
            {
                client.Dispose();
                server.Dispose();
            }
        }
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                var server = new TcpClient { NoDelay = true };
                client.NoDelay = true;
                await server.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
                lock (_gate) _pairs.Add((client, server));
                _ = RelayAsync(client, server, isAnswer: false);
                _ = RelayAsync(server, client, isAnswer: true);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // the end
        }
    }

    private async Task RelayAsync(TcpClient from, TcpClient to, bool isAnswer)
    {
        var buffer = new byte[65536];
        try
        {
            while (await from.GetStream().ReadAsync(buffer, _stop.Token) is var count and > 0)
                if (!isAnswer || !_isDeaf) await to.GetStream().WriteAsync(buffer.AsMemory(0, count), _stop.Token);
            if (isAnswer) to.Client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            // one side is gone; a client that is cut leaves the server its request
        }
    }
}
