namespace ActorFingerprint.Tools.ScaleSimulator.Planning;

/// <summary>What so many devices ask of a deployment, at the busiest time where a rate is meant.</summary>
internal sealed record Demand
{
    private const double SecondsPerDay = 86_400;
    private const int DaysPerYear = 365;
    private const int Shards = 64;

    /// <summary>Devices that are known.</summary>
    public required double Devices { get; init; }

    /// <summary>Observations a second.</summary>
    public required double Observations { get; init; }

    /// <summary>Events a second.</summary>
    public required double Events { get; init; }

    /// <summary>Messages a second: full ones, or those that 64 shards send half empty because nothing waits for longer.</summary>
    public required double Batches { get; init; }

    /// <summary>Bytes a second that each copy of a queue takes.</summary>
    public required double BrokerBytes { get; init; }

    /// <summary>Bytes a second of the database's log.</summary>
    public required double LogBytes { get; init; }

    /// <summary>Bytes in the database after a year.</summary>
    public required double YearBytes { get; init; }

    /// <summary>Bytes in the database when older rows have left the journal.</summary>
    public required double KeptBytes { get; init; }

    /// <summary>Bytes of actors in memory.</summary>
    public required double ActorBytes { get; init; }

    /// <summary>The demand of so many devices.</summary>
    public static Demand Of(Costs costs, double devices)
    {
        var device = costs.Device;
        var observations = devices * device.ObservationsPerDay * device.Peak / SecondsPerDay;
        var events = devices * device.EventsPerDay * device.Peak / SecondsPerDay;
        var batches = Math.Max(observations / costs.BatchSize, Math.Min(observations, Shards / costs.BatchSeconds));
        return new Demand
        {
            Devices = devices,
            Observations = observations,
            Events = events,
            Batches = batches,
            BrokerBytes = observations * costs.Bytes.Observation + batches * costs.Bytes.Batch,
            LogBytes = observations * costs.Bytes.ObservationLog + events * costs.Bytes.EventLog,
            YearBytes = BytesAfter(costs, devices, DaysPerYear),
            KeptBytes = BytesAfter(costs, devices, costs.Limits.KeptDays),
            ActorBytes = devices * device.ActiveShare * device.ActiveBytes,
        };
    }

    private static double BytesAfter(Costs costs, double devices, double days) => devices * (costs.Bytes.DeviceDisk
        + (costs.Device.FirstEvents + days * costs.Device.EventsPerDay) * costs.Bytes.EventDisk
        + days * costs.Device.ObservationsPerDay * costs.Bytes.ObservationDisk);
}
