using ActorFingerprint.Engine;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Runs;
using ActorFingerprint.Engine.Sharding;
using ActorFingerprint.Engine.Streams;

namespace ActorFingerprint.Tests.Engine.Cluster;

/// <summary>
/// A whole cluster under one seed: a sensor and three engine nodes that share a journal, on one thread. While the capture is read, nodes are
/// killed, stopped and continued, shards handed over, the sensor killed, and messages sent twice.
/// </summary>
internal sealed class ClusterSimulation : IAsyncDisposable
{
    private readonly Random _random;
    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly EngineScheduler _scheduler;
    private readonly SeededScheduler _seeded;
    private readonly MemoryBroker _broker = new(EngineHarness.Options.Shards);
    private readonly MemoryOutbox _outbox;
    private readonly InMemoryJournal _runs;
    private readonly List<Node> _nodes = [];
    private int _started;

    public ClusterSimulation(int seed)
    {
        _random = new Random(seed);
        _seeded = new SeededScheduler(seed, _time);
        _scheduler = new EngineScheduler(_seeded);
        _outbox = new MemoryOutbox(_broker, EngineHarness.Options.Shards, _random);
        _runs = new InMemoryJournal(keepEvents: true, _time);
        Journal = new InMemoryJournal(keepEvents: true, _time);
    }

    /// <summary>The shared journal.</summary>
    public InMemoryJournal Journal { get; }

    /// <summary>What happened, in words.</summary>
    public List<string> Log { get; } = [];

    /// <summary>Reads the sample to its end, with trouble. How often the run was started.</summary>
    public int Run(int troubles) => _seeded.Run(async () =>
    {
        for (var node = 0; node < 3; node++) Start();
        var trouble = TroubleAsync(troubles);
        var starts = 0;
        while (!await HasEndedAsync())
        {
            starts++;
            var sensor = new NodeJournal(_runs);
            var run = Engine("sensor", sensor).RunAsync(
                new MemoryCaptureSource("home", EngineHarness.Sample), EngineHarness.Request, CancellationToken.None);
            var life = _random.Next(2) == 0 ? StepsAsync(_random.Next(10, 600)) : run;
            if (await Task.WhenAny(run, life) == run) await run;
            else
            {
                sensor.Stop(); // killed; the next one finds the log of its run
                Log.Add("sensor killed");
            }
        }
        await trouble;
        while (_broker.Pending > 0) await Task.Delay(TimeSpan.FromSeconds(1), _time);
        foreach (var node in _nodes)
        {
            _broker.Retire(node.Name);
            await node.Ownership.HandOverAllAsync();
            await node.Engine.DisposeAsync();
        }
        return starts;
    });

    /// <summary>Messages that were set aside.</summary>
    public IReadOnlyList<string> DeadLetters => [.. _broker.DeadLetters.Select(d => d.Reason)];

    public async ValueTask DisposeAsync()
    {
        await _runs.DisposeAsync();
        await Journal.DisposeAsync();
    }

    private async Task TroubleAsync(int troubles)
    {
        for (var i = 0; i < troubles; i++)
        {
            await StepsAsync(_random.Next(20, 600));
            var node = _nodes[_random.Next(_nodes.Count)];
            switch (_random.Next(4))
            {
                case 0:
                    Log.Add($"{node.Name} killed");
                    node.Journal.Stop();
                    _broker.Lose(node.Name, isHeard: false);
                    _nodes.Remove(node);
                    Start();
                    break;
                case 1:
                    Log.Add($"{node.Name} stopped");
                    _nodes.Remove(node);
                    _ = StopAndGoOnAsync(node);
                    Start();
                    break;
                case 2 when node.Ownership.Owned is { Count: > 0 } owned:
                    Log.Add($"{node.Name} hands over");
                    await node.Ownership.HandOverAsync(owned[_random.Next(owned.Count)]);
                    break;
                default:
                    _outbox.PublishAgain(_random.Next(1, 10));
                    break;
            }
        }
    }

    /// <summary>The broker gives its shards to others; it goes on without having noticed, and finds itself fenced off.</summary>
    private async Task StopAndGoOnAsync(Node node)
    {
        node.Journal.Stop();
        var unheard = _broker.Lose(node.Name, isHeard: false);
        await StepsAsync(_random.Next(10, 2000));
        node.Journal.GoOn();
        await StepsAsync(_random.Next(1, 200));
        foreach (var end in unheard) end();
    }

    private async Task<bool> HasEndedAsync() =>
        (await _runs.ReadAsync(0, int.MaxValue, CancellationToken.None)).Any(stored => stored.Manifest == RunManifests.Ended);

    private static async Task StepsAsync(int steps)
    {
        for (var i = 0; i < steps; i++) await Task.Yield();
    }

    private void Start()
    {
        var name = $"node{++_started}";
        var journal = new NodeJournal(Journal);
        var engine = Engine(name, journal);
        var ownership = new ShardOwnership(engine.Shards, engine.ReceiveAsync, _scheduler, _time);
        _nodes.Add(new Node(name, engine, journal, ownership));
        _broker.Join(name, ownership.Activated);
    }

    private DeviceEngine Engine(string name, NodeJournal journal) => new(
        journal, journal, EngineHarness.Pseudonyms, EngineHarness.Options, new StreamOptions { Lanes = 2 }, _scheduler, _time, name, null,
        new EngineSharing(_outbox, journal, new NoAsks()));

    private sealed record Node(string Name, DeviceEngine Engine, NodeJournal Journal, ShardOwnership Ownership);

    private sealed class NoAsks : IShardAsks
    {
        public Task<ReadOnlyMemory<byte>> AskAsync(string region, int shard, string kind, ReadOnlyMemory<byte> request, CancellationToken stop) =>
            throw new ShardUnreachableException("nobody is asked here");
    }
}
