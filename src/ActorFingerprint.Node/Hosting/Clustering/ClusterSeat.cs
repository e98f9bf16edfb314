using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using ActorFingerprint.Cluster.Membership;
using ActorFingerprint.Cluster.Messages;
using ActorFingerprint.Cluster.Messages.Wire;
using ActorFingerprint.Cluster.RabbitMq;
using ActorFingerprint.Cluster.Spool;
using ActorFingerprint.Cluster.Transport;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Engine;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Limiting;
using ActorFingerprint.Engine.Membership;
using ActorFingerprint.Engine.Sharding;
using ActorFingerprint.Node.Configuration;
using Microsoft.Extensions.Logging;

namespace ActorFingerprint.Node.Hosting;

/// <summary>
/// This node's part in a cluster: connections to the broker, the spool of a sensor, places in the lines of the shard queues, asks to and from
/// other nodes, and what is known of the members. Opened before the engine, which sends through it; joined with the engine's regions; left last.
/// </summary>
internal sealed class ClusterSeat : IAsyncDisposable
{
    private const string ProjectionsName = "projections";

    /// <summary>How long a node that leaves waits for others to take its shards over.</summary>
    private static readonly TimeSpan TakeOverPatience = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan TakeOverLook = TimeSpan.FromMilliseconds(50);

    private readonly ActorFingerprintOptions _options;
    private readonly BrokerOptions _broker;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly BrokerConnection _publishing, _consuming;
    private readonly ClusterAsks _asks;
    private readonly DateTimeOffset _since;
    private readonly long _uid = BinaryPrimitives.ReadInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(long)));
    private readonly CancellationTokenSource _leaving = new();
    private readonly TaskCompletionSource<string> _leaveAsked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly PendingRequests _requests;
    private IReadOnlyList<IShardHost> _hosts = [];
    private IReadOnlyList<SharedRegion> _regions = [];
    private Forgetting? _forgetting;
    private ReadSideDuty _readSide = new(static _ => Task.CompletedTask, static () => null);
    private Uri? _askAddress;
    private Announcements? _announcements;
    private ShardBalancer? _balancer;
    private DeadLetters? _deadLetters;
    private Singleton? _projections;
    private Task _projecting = Task.CompletedTask;
    private Task _joining = Task.CompletedTask, _renewing = Task.CompletedTask;
    private ShardRenewal? _renewal;
    private string? _refusal = "joining the cluster";
    private long _announced;

    private ClusterSeat(ActorFingerprintOptions options, BatchSpool? spool, ILogger log, TimeProvider time)
    {
        (_options, _log, _time, _since) = (options, log, time, time.GetUtcNow());
        _requests = new PendingRequests(time);
        _broker = ClusterSettings.Broker(options.Cluster.Broker);
        Self = new NodeAddress(options.Cluster.Host, options.Http.Port);
        Members = new Members(Self);
        _asks = ClusterAsks.Open(options.Cluster.Asks, Members, time);
        _publishing = new BrokerConnection(_broker, $"{options.Node.Name} publishes", log, time);
        _consuming = new BrokerConnection(_broker, $"{options.Node.Name} consumes", log, time);
        if (spool is not null)
        {
            var publisher = new BatchPublisher(_publishing, _broker, ShardRegions.Device, options.Sharding.Shards, log, time);
            Transport = new SpoolTransport(spool, publisher, options.Sharding.Shards);
        }
    }

    /// <summary>Address of this node.</summary>
    public NodeAddress Self { get; }

    /// <summary>What is known of all nodes.</summary>
    public Members Members { get; }

    /// <summary>The way of a sensor's batches; null without that role.</summary>
    public SpoolTransport? Transport { get; }

    /// <summary>The way to shards of other nodes.</summary>
    public IShardAsks Asks => _asks.Client;

    /// <summary>Where this node stands.</summary>
    public MemberStatus Status { get; private set; } = MemberStatus.Joining;

    /// <summary>This node keeps the read side up.</summary>
    public bool RunsProjections => _projections is { IsActive: true };

    /// <summary>Completes with the reason when somebody wants this node to leave.</summary>
    public Task<string> LeaveAsked => _leaveAsked.Task;

    /// <summary>Brings shards to where they belong; null while this node owns none by role.</summary>
    public ShardBalancer? Balancer => _balancer;

    /// <summary>Time on the clock of <see cref="Members"/>.</summary>
    public TimeSpan Now => _time.GetElapsedTime(0);

    /// <summary>Why this node cannot do its part, in one line; null when it can.</summary>
    public string? Problem
    {
        get
        {
            if (Volatile.Read(ref _refusal) is { } refusal) return refusal;
            if (Transport?.Problem is { } sensor) return sensor;
            if (_options.Cluster.NeedsStore && _consuming.Problem is { } broker) return broker;
            return _renewing.IsFaulted ? $"looking after shards ended: {_renewing.Exception.InnerException?.Message}; restart the node" : _renewal?.Problem;
        }
    }

    /// <summary>What a sensor reads waits on its disk, and why; null when it goes out.</summary>
    public string? Delay => Transport?.Delay is { } why
        ? string.Create(CultureInfo.InvariantCulture, $"{why}; {Transport.Waiting} batches wait in the spool, sources are read on") : null;

    /// <summary>
    /// Opens the spool and begins to connect.
    /// </summary>
    /// <exception cref="InvalidDataException">Secrets or certificates cannot be used.</exception>
    /// <exception cref="IOException">The spool cannot be used.</exception>
    public static ClusterSeat Open(ActorFingerprintOptions options, ILogger log, TimeProvider time)
    {
        var spool = options.Cluster.IsSensor
            ? BatchSpool.Open(ClusterSettings.Spool(options), time, line => NodeLog.StoreWarning(log, line))
            : null;
        return new ClusterSeat(options, spool, log, time);
    }

    /// <summary>
    /// Takes part: listens for asks, and, once the broker is there, makes the queues, takes places in their lines and announces itself. Returns
    /// when others can ask; the rest goes on by itself.
    /// </summary>
    /// <param name="engine">The device side.</param>
    /// <param name="limiter">The limiter; null when it is off or not of this node's roles.</param>
    /// <param name="journal">The journal that the nodes share; null for a sensor alone.</param>
    /// <param name="readSide">What this node does when it is elected to keep the read side up.</param>
    /// <param name="stop">Gives up.</param>
    public async Task JoinAsync(
        DeviceEngine engine, LimiterRegion? limiter, IJournal? journal, ReadSideDuty readSide, CancellationToken stop)
    {
        (_forgetting, _readSide) = (new Forgetting(engine.ForgetAsync, _log, _time), readSide);
        if (_options.Cluster.IsEngine) _hosts = limiter is null ? [engine.Shards] : [engine.Shards, limiter];
        var handlers = new Dictionary<string, IShardAskHandler>(StringComparer.Ordinal);
        if (_options.Cluster.NeedsStore) handlers.Add(ShardRegions.Device, engine.Answers);
        if (limiter is not null) handlers.Add(ShardRegions.Limiter, limiter);
        if (handlers.Count > 0) _askAddress = await _asks.ListenAsync(handlers, EpochOf, stop);
        if (journal is not null)
        {
            _renewal = new ShardRenewal(_hosts, journal, _time);
            _renewing = _renewal.RunAsync(_leaving.Token);
        }
        _joining = TakePartAsync(engine);
    }

    /// <summary>Announces a request to all members, this one included.</summary>
    public void Ask(AnnouncedRequest request)
    {
        _requests.Add(request);
        _announcements?.Announce();
    }

    /// <summary>Gives the shards to other nodes, in order, and takes none back.</summary>
    public async Task LeaveAsync(CancellationToken stop)
    {
        Status = MemberStatus.Leaving;
        _announcements?.Announce();
        await _leaving.CancelAsync();
        await _joining.WaitAsync(stop);
        foreach (var region in _regions) await region.Consumers.LeaveAsync().WaitAsync(stop);
        foreach (var region in _regions) await region.Ownership.HandOverAllAsync().WaitAsync(stop);
        if (_projections is { } projections)
        {
            await projections.DisposeAsync();
            await _projecting.WaitAsync(stop);
        }
        foreach (var region in _regions) await region.Consumers.DisposeAsync();
        Status = MemberStatus.Exiting;
        _announcements?.Announce();
        await UntilTakenOverAsync(stop);
        await _asks.StopListeningAsync(stop);
        await _renewing.WaitAsync(stop);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (!_leaving.IsCancellationRequested) await _leaving.CancelAsync();
        await _joining;
        await _renewing;
        if (_projections is { } projections) await projections.DisposeAsync();
        await _projecting;
        foreach (var region in _regions) await region.Consumers.DisposeAsync();
        if (Transport is not null) await Transport.DisposeAsync();
        if (_deadLetters is not null) await _deadLetters.DisposeAsync();
        Status = MemberStatus.Removed;
        if (_announcements is not null) await _announcements.DisposeAsync();
        await _publishing.DisposeAsync();
        await _consuming.DisposeAsync();
        await _asks.DisposeAsync();
        _leaving.Dispose();
    }

    /// <summary>
    /// Goes on answering that its shards have moved until others have said that they own them: an ask that meets a connection as it closes
    /// cannot be sent again, as nobody knows whether it was carried out.
    /// </summary>
    private async Task UntilTakenOverAsync(CancellationToken stop)
    {
        if (_askAddress is null || _announcements is null || !Members.EnginesAt(Now).Any(engine => engine != Self)) return;
        for (var since = Now; Now - since < TakeOverPatience && !_hosts.All(AreElsewhere);) await Task.Delay(TakeOverLook, _time, stop);
        await Task.Delay(TakeOverLook, _time, stop); // others hear it about now

        bool AreElsewhere(IShardHost host) => Enumerable.Range(0, host.Count).All(shard => Members.OwnerOf(host.Region, shard) is { } owner && owner.Address != _askAddress);
    }

    private long EpochOf(string region, int shard) =>
        _hosts.FirstOrDefault(host => host.Region == region)?.Hosted.FirstOrDefault(hosted => hosted.Shard == shard).Epoch ?? 0;

    /// <summary>Everything that needs the broker. What does not fit is told, and tried again.</summary>
    private async Task TakePartAsync(DeviceEngine engine)
    {
        try
        {
            while (!await TryPrepareAsync(await _consuming.SessionAsync(_leaving.Token)))
                await Task.Delay(TimeSpan.FromSeconds(1), _time, _leaving.Token);
            _deadLetters = new DeadLetters(_publishing, _broker, _options.Node.Name, _log, _time);
            _regions = [.. _hosts.Select(host => Share(host, host == engine.Shards ? engine.ReceiveAsync : null))];
            if (_regions.Count > 0)
            {
                _balancer = new ShardBalancer(Self, Members, _regions, () => _announcements?.Announce(), _time);
                _projections = new Singleton(_consuming, _broker, ProjectionsName, () => Members.RunsProjectionsAt(Now), Project, _log, _time);
            }
            Status = MemberStatus.Up;
            _announcements = new Announcements(_consuming, _broker, Say, Hear, _log, _time);
            Volatile.Write(ref _refusal, null);
            if (_balancer is { } balancer) await balancer.RunAsync(_leaving.Token);
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
            // left before it had joined
        }
    }

    private async Task<bool> TryPrepareAsync(BrokerSession session)
    {
        try
        {
            var topology = new ShardTopology(_broker, _log);
            if (_options.Cluster.IsEngine)
            {
                foreach (var host in _hosts) await topology.DeclareAsync(session, host.Region, host.Count, _leaving.Token);
                await topology.DeclareSingletonAsync(session, ProjectionsName, _leaving.Token);
                return true;
            }
            if (await topology.CheckAsync(session, ShardRegions.Device, _options.Sharding.Shards, _leaving.Token)) return true;
            Volatile.Write(ref _refusal, "no engine has made the queues of the cluster yet");
        }
        catch (TopologyException error)
        {
            if (Volatile.Read(ref _refusal) != error.Message) NodeLog.ClusterRefused(_log, error.Message);
            Volatile.Write(ref _refusal, error.Message);
        }
        catch (Exception error) when (error is not OperationCanceledException || !_leaving.IsCancellationRequested)
        {
            Volatile.Write(ref _refusal, $"the queues of the cluster cannot be made: {error.Message}"); // the connection went meanwhile
        }
        return false;
    }

    private SharedRegion Share(IShardHost host, ReceiveBatch? receive)
    {
        var contents = new DecodedContents();
        var ownership = new ShardOwnership(host, receive, EngineScheduler.Default, _time)
        {
            Refused = (delivery, reason) => NodeLog.BatchSetAside(_log, delivery.Run ?? "?", delivery.Number, reason),
            Failed = (shard, error) => NodeLog.ShardFailed(_log, host.Region, shard, error.Message),
        };
        ownership.Changed += () => _announcements?.Announce();
        host.Lost += (shard, cause) => NodeLog.ShardLost(
            _log, host.Region, shard, cause is ShardMovedException ? cause.InnerException?.Message ?? "another node has it" : cause.Message);
        var consumers = new ShardConsumers(
            _consuming, _broker, host.Region, host.Count, () => Decoder(contents), _deadLetters!, shard => Members.OwnerOf(host.Region, shard) is not null,
            ownership.Activated, _log, _time);
        return new SharedRegion(host, ownership, consumers);
    }

    private static DecodeBatch Decoder(DecodedContents contents)
    {
        var decoder = new BatchDecoder(contents);
        return message => decoder.TryDecode(message.Span, out var decoded, out var reason) ? (decoded.Batch, null) : (null, reason);
    }

    /// <summary>This node was elected to keep the read side up.</summary>
    private void Project(CancellationToken over)
    {
        lock (_gate) _projecting = Follow(_projecting);

        async Task Follow(Task before)
        {
            await before;
            await _readSide.RunAsync(over);
        }
    }

    private NodeAnnouncement Say()
    {
        var number = Interlocked.Increment(ref _announced);
        var runsProjections = RunsProjections;
        return new NodeAnnouncement
        {
            Node = Self.ToString(),
            Uid = _uid,
            Status = Status,
            Roles = _options.Cluster.Roles,
            SinceMs = _since.ToUnixTimeMilliseconds(),
            Number = number,
            Asks = _askAddress?.ToString() ?? "",
            Shards = [.. _hosts.SelectMany(host => host.Hosted.Select(s => new AnnouncedShard(host.Region, s.Shard, s.Epoch, s.Entities)))],
            Moves = _balancer?.Moves ?? [],
            Unreachable = [.. Members.UnreachableAt(Now).Select(node => node.ToString())],
            RunsProjections = runsProjections,
            Lag = runsProjections ? _readSide.Lag() : null,
            Request = _requests.Next(number),
        };
    }

    private void Hear(NodeAnnouncement announcement)
    {
        if (announcement is { Request: not null } && announcement.Uid == _uid && _requests.Heard(announcement.Number)) _announcements?.Announce();
        if (!Members.Hear(announcement, Now)) return;
        Members.Forget(Now);
        if (_balancer is { } balancer && announcement.Moves.Count > 0) _ = balancer.HeardAsync(announcement);
        if (announcement.Request is { } request) Heed(request);
    }

    private void Heed(AnnouncedRequest request)
    {
        switch (request.Operation)
        {
            case ClusterRequests.Leave when request.Node == Self.ToString():
                _leaveAsked.TrySetResult($"{Self} was asked to leave the cluster");
                break;
            case ClusterRequests.Down when NodeAddress.TryParse(request.Node, out var node):
                if (node == Self) _leaveAsked.TrySetResult($"{Self} was declared down");
                else Members.Down(node);
                break;
            case ClusterRequests.Rebalance:
                _balancer?.Rebalance();
                break;
            case ClusterRequests.Forget when DeviceKey.TryParse(request.Node, out var device):
                _ = _forgetting?.RunAsync(device, _leaving.Token);
                break;
        }
    }
}

/// <summary>What the one node does that keeps the read side up.</summary>
/// <param name="RunAsync">Keeps it up until cancelled.</param>
/// <param name="Lag">How far it is behind, while it is kept up here.</param>
internal sealed record ReadSideDuty(Func<CancellationToken, Task> RunAsync, Func<ProjectionLag?> Lag);

/// <summary>Words of <see cref="AnnouncedRequest.Operation"/>.</summary>
internal static class ClusterRequests
{
    public const string Leave = "leave", Down = "down", Rebalance = "rebalance", Forget = "forget";
}
