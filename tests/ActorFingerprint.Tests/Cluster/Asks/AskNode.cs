using System.Net;
using ActorFingerprint.Cluster.Asks;
using ActorFingerprint.Engine.Sharding;

namespace ActorFingerprint.Tests.Cluster.Asks;

/// <summary>A listener on a free port with one region behind it.</summary>
internal sealed class AskNode : IAsyncDisposable
{
    private readonly ShardAskListener _listener;
    private readonly AskMetrics _metrics;

    private AskNode(ShardAskListener listener, AskMetrics metrics) => (_listener, _metrics) = (listener, metrics);

    public static byte[] Secret { get; } = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    public static AskOptions Options { get; } = new() { Secret = Secret, Deadline = TimeSpan.FromSeconds(2) };

    public Uri Address => _listener.Address;

    public static async Task<AskNode> StartAsync(
        IShardAskHandler handler, AskOptions? options = null, Func<string, int, long>? epochOf = null, string region = "test")
    {
        var metrics = new AskMetrics();
        var listener = await ShardAskListener.StartAsync(
            new Dictionary<string, IShardAskHandler> { [region] = handler }, epochOf ?? ((_, _) => 1), new IPEndPoint(IPAddress.Loopback, 0),
            options ?? Options, metrics, TimeProvider.System, CancellationToken.None);
        return new(listener, metrics);
    }

    public async ValueTask DisposeAsync()
    {
        await _listener.StopAsync(CancellationToken.None);
        await _listener.DisposeAsync();
        _metrics.Dispose();
    }
}

/// <summary>A region that does as it is told.</summary>
internal sealed class ScriptedHandler(Func<int, string, ReadOnlyMemory<byte>, CancellationToken, Task<ReadOnlyMemory<byte>>> answer) : IShardAskHandler
{
    private int _asked;

    public int Asked => Volatile.Read(ref _asked);

    public Task<ReadOnlyMemory<byte>> AnswerAsync(int shard, string kind, ReadOnlyMemory<byte> request, CancellationToken stop)
    {
        Interlocked.Increment(ref _asked);
        return answer(shard, kind, request, stop);
    }

    public static ScriptedHandler Echo() => new((shard, kind, request, _) =>
        Task.FromResult<ReadOnlyMemory<byte>>((byte[])[(byte)shard, (byte)kind.Length, .. request.Span]));
}
