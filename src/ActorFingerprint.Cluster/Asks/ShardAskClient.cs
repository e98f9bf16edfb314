using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using ActorFingerprint.Engine.Sharding;

namespace ActorFingerprint.Cluster.Asks;

/// <summary>
/// Asks the owners of shards over HTTP/2: one multiplexed connection to each node, in clear text (prior knowledge) or over TLS. An ask
/// that may have reached its owner is never sent again. One that certainly was not carried out (no owner known, no connection, moved) is
/// tried until its time is over: a shard that moves in order is away for a moment only.
/// </summary>
public sealed class ShardAskClient : IShardAsks, IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(5), LongestPause = TimeSpan.FromMilliseconds(50);

    private readonly IShardDirectory _directory;
    private readonly AskOptions _options;
    private readonly AskMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly AskSignature? _signature;
    private readonly HttpMessageInvoker _http;
    private readonly ConcurrentDictionary<Uri, Peer> _peers = new();

    /// <summary>A client; nothing is connected before the first ask.</summary>
    /// <exception cref="ArgumentException">The options do not fit together.</exception>
    public ShardAskClient(IShardDirectory directory, AskOptions options, AskMetrics metrics, TimeProvider time)
    {
        if (options.Problem() is { } problem) throw new ArgumentException(problem, nameof(options));
        (_directory, _options, _metrics, _time) = (directory, options, metrics, time);
        _signature = options.Secret.IsEmpty ? null : new(options.Secret.Span, time);
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = options.Deadline,
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = TimeSpan.FromSeconds(5),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(3),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5),
            UseCookies = false,
            UseProxy = false,
            SslOptions = Tls(options),
        });
    }

    /// <inheritdoc/>
    public async Task<ReadOnlyMemory<byte>> AskAsync(
        string region, int shard, string kind, ReadOnlyMemory<byte> request, CancellationToken stop)
    {
        var started = _time.GetTimestamp();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        deadline.CancelAfter(_options.Deadline);
        var path = AskWire.PathOf(region, shard, kind);
        var (outcome, pause, why) = ("unreachable", FirstPause, "no owner is known");
        try
        {
            while (true)
            {
                if (_directory.OwnerOf(region, shard) is { } owner)
                {
                    var (answer, refusal) = await TryAskAsync(owner, path, request, deadline.Token).ConfigureAwait(false);
                    if (refusal is null)
                    {
                        outcome = "ok";
                        return answer;
                    }
                    why = refusal;
                }
                await Task.Delay(pause, _time, deadline.Token).ConfigureAwait(false);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
        catch (OperationCanceledException error)
        {
            throw new ShardUnreachableException($"shard {region}/{shard}: no answer in time; last, {why}", error);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw new ShardUnreachableException($"shard {region}/{shard}: {error.Message}", error);
        }
        finally
        {
            _metrics.Sent(region, outcome, _time.GetElapsedTime(started));
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>The answer; or why it certainly was not carried out, and may be tried again.</summary>
    private async Task<(ReadOnlyMemory<byte> Answer, string? Refusal)> TryAskAsync(
        ShardOwner owner, string path, ReadOnlyMemory<byte> body, CancellationToken stop)
    {
        var peer = _peers.GetOrAdd(owner.Address, static _ => new());
        if (!peer.TryEnter(_options.MaxInFlight))
            throw new ShardUnreachableException($"{owner.Address}: {_options.MaxInFlight} asks wait for this node already");
        try
        {
            using var request = RequestOf(owner, path, body);
            using var response = await _http.SendAsync(request, stop).ConfigureAwait(false);
            switch (response.StatusCode)
            {
                case HttpStatusCode.OK:
                    return (await ReadAsync(response, stop).ConfigureAwait(false), null);
                case HttpStatusCode.Gone:
                    return (default, $"{owner.Address} does not own it");
                default:
                    throw new ShardUnreachableException($"{owner.Address} answers {(int)response.StatusCode} {ReasonOf(response.StatusCode)}");
            }
        }
        catch (HttpRequestException error)
            when (error.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError)
        {
            return (default, $"{owner.Address} cannot be reached: {error.Message}");
        }
        finally
        {
            peer.Leave();
        }
    }

    private HttpRequestMessage RequestOf(ShardOwner owner, string path, ReadOnlyMemory<byte> body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(owner.Address, path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ReadOnlyMemoryContent(body),
        };
        request.Headers.TryAddWithoutValidation(AskWire.Epoch, owner.Epoch.ToString(CultureInfo.InvariantCulture));
        request.Headers.TryAddWithoutValidation(
            AskWire.Deadline, ((long)_options.Deadline.TotalMilliseconds).ToString(CultureInfo.InvariantCulture));
        if (_signature is not null)
            request.Headers.TryAddWithoutValidation("authorization", _signature.Sign(path, owner.Epoch, body.Span));
        return request;
    }

    private async Task<ReadOnlyMemory<byte>> ReadAsync(HttpResponseMessage response, CancellationToken stop)
    {
        if (response.Content.Headers.ContentLength is not { } length || length > _options.MaxSize)
            throw new ShardUnreachableException($"an answer has no length, or is longer than {_options.MaxSize} bytes");
        var answer = new byte[length];
        var stream = await response.Content.ReadAsStreamAsync(stop).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false)) await stream.ReadExactlyAsync(answer, stop).ConfigureAwait(false);
        return answer;
    }

    private static string ReasonOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.BadRequest => "(it cannot read the ask: do all nodes run the same release?)",
        HttpStatusCode.Unauthorized => "(do all nodes have the same secret, and the same time?)",
        HttpStatusCode.ServiceUnavailable => "(it is busy)",
        _ => "",
    };

    private static SslClientAuthenticationOptions Tls(AskOptions options)
    {
        var tls = new SslClientAuthenticationOptions();
        if (options.Certificate is { } own) tls.ClientCertificates = [own];
        if (options.Authorities.Count > 0) tls.CertificateChainPolicy = AskTrust.PolicyOf(options.Authorities);
        return tls;
    }

    /// <summary>Asks under way to one node.</summary>
    private sealed class Peer
    {
        private int _count;

        public bool TryEnter(int most)
        {
            if (Interlocked.Increment(ref _count) <= most) return true;
            Leave();
            return false;
        }

        public void Leave() => Interlocked.Decrement(ref _count);
    }
}
