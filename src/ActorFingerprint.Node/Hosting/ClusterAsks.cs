using System.Net;
using System.Security.Cryptography.X509Certificates;
using ActorFingerprint.Cluster.Asks;
using ActorFingerprint.Engine.Sharding;
using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Node.Security;

namespace ActorFingerprint.Node.Hosting;

/// <summary>Both sides of a node's asks: the client, which its regions are made with, and the listener, once these are there.</summary>
internal sealed class ClusterAsks : IAsyncDisposable
{
    private readonly ClusterAsksOptions _options;
    private readonly AskOptions _asks;
    private readonly AskMetrics _metrics = new();
    private readonly ShardAskClient _client;
    private readonly TimeProvider _time;
    private ShardAskListener? _listener;

    private ClusterAsks(ClusterAsksOptions options, AskOptions asks, IShardDirectory directory, TimeProvider time)
    {
        (_options, _asks, _time) = (options, asks, time);
        _client = new ShardAskClient(directory, asks, _metrics, time);
    }

    /// <summary>Asks other nodes.</summary>
    public IShardAsks Client => _client;

    /// <summary>Reads secret and certificates; connects to nobody yet.</summary>
    /// <exception cref="InvalidDataException">A file cannot be used; the message says which, and what to do.</exception>
    public static ClusterAsks Open(ClusterAsksOptions options, IShardDirectory directory, TimeProvider time)
    {
        var asks = new AskOptions
        {
            Secret = options.SecretFile.Length > 0 ? AskSecretFile.Read(options.SecretFile) : [],
            Certificate = options.Certificate.Length > 0
                ? CertificateFiles.Load(options.Certificate, options.CertificateKey, options.CertificatePassword)
                : null,
            Authorities = AuthoritiesOf(options.Authorities),
            Deadline = options.Deadline,
            MaxInFlight = options.MaxInFlight,
            MaxSize = (int)options.MaxSize,
        };
        if (asks.Problem() is { } problem) throw new InvalidDataException($"cluster.asks: {problem}: set cluster.asks.secret-file or .authorities");
        return new(options, asks, directory, time);
    }

    /// <summary>Begins to answer other nodes; the address to announce.</summary>
    /// <exception cref="IOException">The address is in use.</exception>
    public async Task<Uri> ListenAsync(
        IReadOnlyDictionary<string, IShardAskHandler> handlers, Func<string, int, long> epochOf, CancellationToken stop)
    {
        var at = new IPEndPoint(IPAddress.Parse(_options.Host), _options.Port);
        try
        {
            _listener = await ShardAskListener.StartAsync(handlers, epochOf, at, _asks, _metrics, _time, stop);
        }
        catch (IOException error)
        {
            throw new IOException(
                $"cluster.asks.host = {_options.Host}, cluster.asks.port = {_options.Port}: {error.Message.TrimEnd('.')}; "
                + "stop the other process or set cluster.asks.port",
                error);
        }
        var announced = new UriBuilder(_listener.Address);
        if (_options.AnnouncedHost.Length > 0) announced.Host = _options.AnnouncedHost;
        return announced.Uri;
    }

    /// <summary>Takes no new asks, and waits for those under way.</summary>
    public Task StopListeningAsync(CancellationToken stop) => _listener?.StopAsync(stop) ?? Task.CompletedTask;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_listener is not null) await _listener.DisposeAsync();
        await _client.DisposeAsync();
        _metrics.Dispose();
    }

    private static X509Certificate2Collection AuthoritiesOf(string path)
    {
        var authorities = new X509Certificate2Collection();
        if (path.Length == 0) return authorities;
        authorities.ImportFromPemFile(path);
        return authorities.Count > 0 ? authorities : throw new InvalidDataException($"{path}: holds no certificate in PEM form");
    }
}
