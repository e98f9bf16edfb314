namespace ActorFingerprint.Tools.ScaleSimulator.Planning;

/// <summary>How full one thing is at the busiest time: 1 is what the plan allows, more is too much.</summary>
internal sealed record Pressure(string What, double Ratio, string Remedy);

/// <summary>Formulas of docs/scale.md: how full each part of a deployment is, what breaks first, and what carries a demand.</summary>
internal static class CapacityPlan
{
    private const int NodesOfBroker = 3;
    private const int LeastShardsPerEngine = 8;
    private const double Million = 1e6;

    /// <summary>All pressures, the greatest first.</summary>
    public static IReadOnlyList<Pressure> PressuresOf(Costs costs, Demand demand, Deployment deployment)
    {
        var limits = costs.Limits;
        var machine = limits.Cores * limits.Utilisation * Million;
        var shards = (double)deployment.Shards * deployment.Databases;
        return
        [
            .. new Pressure[]
            {
                new("sensors: CPU", SensorMicros(costs, demand) / (deployment.Sensors * machine), "more sensors"),
                new("engines: CPU", EngineMicros(costs, demand) / (deployment.Engines * machine), "more engines"),
                new("engines: memory of actors", demand.ActorBytes / (deployment.Engines * limits.EngineMemory),
                    "more engines, or sharding.max-active-devices lower"),
                new("engines: shards to share out", deployment.Engines * (double)LeastShardsPerEngine / shards, "more shards, before the store is made"),
                new("one shard: decided one message after the other", ShardMicros(costs, demand) / (shards * limits.Utilisation * Million),
                    "more shards, before the store is made"),
                new("broker: CPU", BrokerMicros(costs, demand) * NodesOfBroker / (deployment.Brokers * NodesOfBroker * machine), "another broker, with its own regions"),
                new("broker: disk", demand.BrokerBytes * costs.Bytes.BrokerCopies / (deployment.Brokers * limits.BrokerBytesPerSecond),
                    "another broker, with its own regions"),
                new("broker: queues", 2 * shards * NodesOfBroker / (deployment.Brokers * NodesOfBroker * limits.QueuesPerBroker), "another broker, with its own regions"),
                new("database: CPU", DatabaseMicros(costs, demand) / (deployment.Databases * machine), "another database, with its own regions"),
                new("database: log", demand.LogBytes / (deployment.Databases * limits.LogBytesPerSecond), "another database, with its own regions"),
                new(deployment.Archives ? "database: size, old rows archived" : "database: size after a year",
                    (deployment.Archives ? demand.KeptBytes : demand.YearBytes) / (deployment.Databases * limits.DatabaseBytes),
                    "journal and tags partitioned by time, old partitions archived; another database"),
                new("read side: its one runner", ReaderMicros(costs, demand) / (deployment.Databases * limits.Utilisation * Million),
                    "another database, with its own runner"),
            }.OrderByDescending(pressure => pressure.Ratio),
        ];
    }

    /// <summary>The smallest deployment, in steps of what its parts are, under which nothing is too full once old rows are archived.</summary>
    public static Deployment For(Costs costs, Demand demand)
    {
        var deployment = new Deployment { Archives = true };
        while (true)
        {
            var worst = PressuresOf(costs, demand, deployment)[0];
            if (worst.Ratio <= 1) return deployment;
            deployment = Relieve(deployment, worst);
        }
    }

    private static Deployment Relieve(Deployment now, Pressure worst) => worst.What.Split(':')[0] switch
    {
        "sensors" => now with { Sensors = Grown(now.Sensors, worst.Ratio) },
        "engines" when worst.What.EndsWith("share out", StringComparison.Ordinal) => now with { Shards = now.Shards * 2 },
        "engines" => now with { Engines = Grown(now.Engines, worst.Ratio) },
        "broker" => now with { Brokers = Grown(now.Brokers, worst.Ratio) },
        "database" or "read side" => Split(now, Grown(now.Databases, worst.Ratio)),
        _ => now with { Shards = now.Shards * 2 },
    };

    /// <summary>Each database is a cluster of its own, with a sensor, a broker, and an engine besides the one that may fail.</summary>
    private static Deployment Split(Deployment now, int databases) => now with
    {
        Databases = databases,
        Sensors = Math.Max(now.Sensors, databases),
        Engines = Math.Max(now.Engines, 2 * databases),
        Brokers = Math.Max(now.Brokers, databases),
    };

    private static int Grown(int count, double ratio) => Math.Max(count + 1, (int)Math.Ceiling(count * ratio));

    private static double SensorMicros(Costs costs, Demand demand) =>
        demand.Observations * (costs.ReadMicros + costs.Observation.Sensor) + demand.Batches * costs.Batch.Sensor;

    private static double BrokerMicros(Costs costs, Demand demand) =>
        demand.Observations * costs.Observation.Broker + demand.Batches * costs.Batch.Broker;

    private static double EngineMicros(Costs costs, Demand demand) =>
        demand.Observations * (costs.Observation.Engine + costs.Observation.Reader) + demand.Batches * costs.Batch.Engine
        + demand.Events * (costs.Event.Engine + costs.Event.Reader);

    private static double DatabaseMicros(Costs costs, Demand demand) =>
        demand.Observations * (costs.Observation.Database + costs.Observation.ReaderDatabase) + demand.Batches * costs.Batch.Database
        + demand.Events * (costs.Event.Database + costs.Event.ReaderDatabase);

    /// <summary>Time of the runner, which waits for the database and works by turns.</summary>
    private static double ReaderMicros(Costs costs, Demand demand) =>
        demand.Observations * (costs.Observation.Reader + costs.Observation.ReaderDatabase)
        + demand.Events * (costs.Event.Reader + costs.Event.ReaderDatabase);

    /// <summary>Time of all shards together: decided, written and flushed before the next message.</summary>
    private static double ShardMicros(Costs costs, Demand demand) =>
        demand.Observations * (costs.Observation.Engine + costs.Observation.Database)
        + demand.Batches * (costs.Batch.Engine + costs.Batch.Database + costs.FlushMicros) + demand.Events * (costs.Event.Engine + costs.Event.Database);
}
