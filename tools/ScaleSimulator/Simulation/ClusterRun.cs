namespace ActorFingerprint.Tools.ScaleSimulator.Simulation;

/// <summary>
/// A capture of so many observations through a layout: sensors → broker → engines → database, then the read side, as fast as the parts
/// let it. The same seed gives the same outcome.
/// </summary>
internal sealed class ClusterRun
{
    /// <summary>Accounts of CPU.</summary>
    public const string Sensor = "sensor", Broker = "broker", Engine = "engine", Database = "database", Node = "node";

    private const int PublishWindow = 256;
    private const int Prefetch = 8;
    private const int BrokerRoom = 100_000;
    private const int CommitsAtOnce = 64;
    private const int ReadAtOnce = 64;
    private const int SensorWorkers = 2; // a capture is read and merged by one thread, parsed by others: it does not fill more cores

    private readonly Costs _costs;
    private readonly Layout _layout;
    private readonly List<Machine> _machines = [];
    private readonly Clock _clock;
    private readonly Random _random;
    private int _committing;
    private double _committed;
    private double _read;

    private ClusterRun(Costs costs, Layout layout, int seed) =>
        (_costs, _layout, _clock, _random) = (costs, layout, new Clock(_machines), new Random(seed));

    /// <summary>Runs it. <paramref name="eventShare"/> is events for each observation.</summary>
    public static Outcome Of(Costs costs, Layout layout, int observations, double eventShare, int seed = 1)
    {
        var run = new ClusterRun(costs, layout, seed);
        var sources = layout.Engines == 0 ? run.Embedded() : run.Cluster();
        var total = run.Feed(sources, observations, eventShare);
        run._clock.Run();
        var cpu = run._machines.SelectMany(machine => machine.Used).GroupBy(used => used.Key, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Sum(used => used.Value) / 1e6, StringComparer.Ordinal);
        if (run._committing != 0) throw new InvalidOperationException($"{run._committing} batches were never committed");
        return new Outcome(layout, total, run._committed / 1e6, run._read / 1e6, cpu);
    }

    private Machine NewMachine(string name)
    {
        if (_layout.IsShared && _machines.Count > 0) return _machines[0];
        var machine = new Machine(name, _layout.Cores);
        _machines.Add(machine);
        return machine;
    }

    private Part NewPart(int workers, int mostAtOnce, int room, double flush, params Step[] steps) =>
        new(_clock, _random, workers, mostAtOnce, room, steps, flush);

    private static Step StepOf(Machine machine, string account, Func<PartCosts, double> of, Costs costs, double observation = 0, double turn = 0) =>
        new(machine, account, turn, of(costs.Batch), of(costs.Observation) + observation, of(costs.Event));

    private List<Part> Embedded()
    {
        var machine = NewMachine("node");
        var read = NewPart(SensorWorkers, 1, int.MaxValue, 0, new Step(machine, Node, 0, 0, _costs.ReadMicros, 0));
        var decide = NewPart(1, CommitsAtOnce, PublishWindow, _costs.FlushMicros,
            new Step(machine, Node, 0, 0, _costs.Embedded.Observation, _costs.Embedded.Event));
        read.Next = _ => decide;
        decide.Left = Commit;
        return [read];
    }

    private List<Part> Cluster()
    {
        var costs = _costs;
        var sensors = Enumerable.Range(0, _layout.Sensors).Select(i => NewMachine($"sensor-{i + 1}")).ToArray();
        var brokers = Enumerable.Range(0, _layout.Brokers).Select(i => NewMachine($"broker-{i + 1}")).ToArray();
        var engines = Enumerable.Range(0, _layout.Engines).Select(i => NewMachine($"engine-{i + 1}")).ToArray();
        var databases = Enumerable.Range(0, _layout.Databases).Select(i => NewMachine($"database-{i + 1}")).ToArray();

        var readers = databases.Select((database, i) => NewPart(1, ReadAtOnce, int.MaxValue, costs.FlushMicros,
            StepOf(engines[i % engines.Length], Engine, c => c.Reader, costs), StepOf(database, Database, c => c.ReaderDatabase, costs))).ToArray();
        foreach (var reader in readers) reader.Left = _ => _read = _clock.Now;

        var commits = engines.SelectMany(engine => databases.Select(database => NewPart(1, CommitsAtOnce, int.MaxValue, costs.FlushMicros,
            new Step(engine, Engine, costs.Commit.Engine, 0, 0, 0),
            StepOf(database, Database, c => c.Database, costs, turn: costs.Commit.Database)))).ToArray();
        var decides = engines.Select(engine => NewPart((int)_layout.Cores, 1, Prefetch * Math.Max(1, _layout.Shards / engines.Length), 0,
            StepOf(engine, Engine, c => c.Engine, costs))).ToArray();
        // A queue's leader is on one of the nodes; the copies cost the others the same, so the nodes are taken in turn.
        var queues = brokers.Select(broker => NewPart((int)_layout.Cores, 16, BrokerRoom, costs.FlushMicros,
            StepOf(broker, Broker, c => c.Broker, costs))).ToArray();
        var sources = sensors.Select(sensor => NewPart(SensorWorkers, 1, int.MaxValue, 0,
            StepOf(sensor, Sensor, c => c.Sensor, costs, costs.ReadMicros))).ToList();

        foreach (var source in sources) source.Next = batch => queues[batch.Shard % queues.Length];
        foreach (var queue in queues) queue.Next = batch => decides[batch.Shard % decides.Length];
        for (var i = 0; i < decides.Length; i++)
        {
            var engine = i;
            decides[i].Next = batch => commits[engine * databases.Length + batch.Shard % databases.Length];
        }
        foreach (var commit in commits)
        {
            commit.Left = Commit;
            commit.Next = batch => readers[batch.Shard % readers.Length];
        }
        return sources;
    }

    private void Commit(Batch batch)
    {
        _committing--;
        _committed = _clock.Now;
    }

    private int Feed(List<Part> sources, int observations, double eventShare)
    {
        var size = _costs.BatchSize;
        var left = observations;
        var owed = 0.0;
        for (var number = 0; left > 0; number++)
        {
            var count = Math.Min(left, Math.Max(1, (int)Math.Round(size * (0.5 + _random.NextDouble()))));
            owed += count * eventShare;
            var events = (int)owed;
            owed -= events;
            left -= count;
            _committing++;
            sources[number % sources.Count].Give(new Batch(_random.Next(_layout.Shards), count, events));
        }
        return observations;
    }
}
