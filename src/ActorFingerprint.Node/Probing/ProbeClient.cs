using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols.Tls;

namespace ActorFingerprint.Node.Probing;

/// <summary>Asks one device one thing, within a time and a size. Every failure is an empty answer, never an exception but for cancellation.</summary>
public sealed class ProbeClient(TimeSpan timeout, TimeProvider time) : IDisposable
{
    private readonly ServerHelloProbe _probe = new();
    private readonly Lazy<HttpMessageInvoker> _http = new(CreateHttp);

    /// <summary>The facts that the answer gives; empty when there is none. One call at a time.</summary>
    public async Task<IReadOnlyList<DeviceFact>> AskAsync(ProbeTarget target, CancellationToken stop)
    {
        using var late = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, late.Token);
        try
        {
            return target.Description is { } path ? await FetchAsync(target, path, either.Token) : await GreetAsync(target, either.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return [];
        }
        catch (Exception error) when (error is SocketException or IOException or HttpRequestException)
        {
            return [];
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (_http.IsValueCreated) _http.Value.Dispose();
    }

    private static HttpMessageInvoker CreateHttp() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ActivityHeadersPropagator = null,
        AutomaticDecompression = DecompressionMethods.None,
        MaxResponseHeadersLength = 16,
        MaxResponseDrainSize = 0,
        PooledConnectionLifetime = TimeSpan.Zero, // one question, one connection
    });

    private async Task<IReadOnlyList<DeviceFact>> FetchAsync(ProbeTarget target, string path, CancellationToken stop)
    {
        var host = target.Address.IsV6 ? $"[{target.Address}]" : target.Address.ToString();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://{host}:{target.Port}{path}"));
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("ActorFingerprint", null));
        using var response = await _http.Value.SendAsync(request, stop);
        if (response.StatusCode != HttpStatusCode.OK) return [];
        await using var stream = await response.Content.ReadAsStreamAsync(stop);
        var body = new byte[UpnpDescription.MaxLength + 1];
        var length = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, stop);
        return UpnpDescription.Read(body.AsMemory(0, length));
    }

    private async Task<IReadOnlyList<DeviceFact>> GreetAsync(ProbeTarget target, CancellationToken stop)
    {
        var family = target.Address.IsV6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
        using var socket = new Socket(family, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(IPAddressOf(target.Address), target.Port), stop);
        await socket.SendAsync(ServerHelloProbe.Question.ToArray(), stop);
        var answer = new byte[ServerHelloProbe.MaxAnswer];
        for (var length = 0; length < answer.Length;)
        {
            var read = await socket.ReceiveAsync(answer.AsMemory(length), stop);
            if (read == 0) return [];
            length += read;
            var scan = _probe.Read(answer.AsSpan(0, length), out var hello);
            if (scan == HelloScan.Whole) return [new DeviceFact(FactKind.Ja3S, hello!.Ja3S)];
            if (scan != HelloScan.Incomplete) return [];
        }
        return [];
    }

    private static IPAddress IPAddressOf(NetworkAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        return new IPAddress(bytes[..address.Write(bytes)]);
    }
}
