using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ActorFingerprint.Tests.Node.Fingerbank;

/// <summary>A server on a loopback port that answers what it is told to, byte by byte, and remembers what it was sent.</summary>
internal sealed class LoopbackApi : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    public LoopbackApi()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>Writes the answer to the request with this number, from 0; returns when it has nothing more to write.</summary>
    public Func<int, NetworkStream, CancellationToken, Task> Answer { get; set; } = (_, stream, stop) => stream.WriteAsync(Reply(404, "{}"), stop).AsTask();

    /// <summary>Requests as they came: head and body.</summary>
    public ConcurrentQueue<(string Head, string Body)> Requests { get; } = [];

    /// <summary>Requests have no body (GET).</summary>
    public bool IsBodyless { get; init; }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Address => $"http://127.0.0.1:{Port}/api/v2/combinations/interrogate";

    public static byte[] Reply(int status, string body, params string[] headers) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"HTTP/1.1 {status} x\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n{string.Concat(headers.Select(h => h + "\r\n"))}\r\n{body}"));

    public void Always(int status, string body, params string[] headers) =>
        Answer = (_, stream, stop) => stream.WriteAsync(Reply(status, body, headers), stop).AsTask();

    public async ValueTask DisposeAsync()
    {
        if (_serving.IsCompleted) return;
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving;
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            for (var number = 0; ;)
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await using var stream = client.GetStream();
                while (await ReadAsync(stream) is { } request)
                {
                    Requests.Enqueue(request);
                    try
                    {
                        await Answer(number++, stream, _stop.Token);
                    }
                    catch (IOException)
                    {
                        break; // the client has given up
                    }
                    catch (EndOfAnswerException)
                    {
                        break;
                    }
                }
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException
            or InvalidOperationException)
        {
            // the test has ended
        }
    }

    private async Task<(string, string)?> ReadAsync(NetworkStream stream)
    {
        var bytes = new List<byte>();
        var one = new byte[1];
        try
        {
            while (!bytes.TakeLast(4).SequenceEqual("\r\n\r\n"u8.ToArray()))
            {
                if (await stream.ReadAsync(one, _stop.Token) == 0) return null;
                bytes.Add(one[0]);
            }
            var head = Encoding.ASCII.GetString([.. bytes]);
            if (IsBodyless) return (head, "");
            var length = head.Split("\r\n").First(l => l.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)).Split(':')[1];
            var body = new byte[int.Parse(length, CultureInfo.InvariantCulture)];
            await stream.ReadExactlyAsync(body, _stop.Token);
            return (head, Encoding.UTF8.GetString(body));
        }
        catch (IOException)
        {
            return null;
        }
    }
}

/// <summary>Closes the connection in the middle of an answer.</summary>
internal sealed class EndOfAnswerException : Exception;
