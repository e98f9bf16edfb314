namespace ActorFingerprint.Tools.ScaleSimulator.Planning;

/// <summary>What so many devices ask of a deployment, at the busiest time where a rate is meant.</summary>
internal sealed record Demand
{
    private const double SecondsPerDay = 86_400;

    /// <summary>Devices that are known.</summary>
    public required double Devices { get; init; }

    /// <summary>Observations a second.</summary>
    public required double Observations { get; init; }

    /// <summary>Events a second.</summary>
    public required double Events { get; init; }

    /// <summary>Messages a second; at least one observation each.</summary>
    public required double Batches { get; init; }

    /// <summary>Bytes a second that each copy of a queue takes.</summary>
    public required double BrokerBytes { get; init; }

    /// <summary>Bytes a second of the database's log.</summary>
    public required double LogBytes { get; init; }

    /// <summary>Bytes in the database after a year.</summary>
    public required double YearBytes { get; init; }

    /// <summary>Bytes of actors in memory.</summary>
    public required double ActorBytes { get; init; }

    /// <summary>The demand of so many devices.</summary>
    public static Demand Of(Costs costs, double devices)
    {
        var device = costs.Device;
        var observations = devices * device.ObservationsPerDay * device.Peak / SecondsPerDay;
        var events = devices * device.EventsPerDay * device.Peak / SecondsPerDay;
        var batches = observations / costs.BatchSize;
        return new Demand
        {
            Devices = devices,
            Observations = observations,
            Events = events,
            Batches = batches,
            BrokerBytes = observations * costs.Bytes.Observation + batches * costs.Bytes.Batch,
            LogBytes = events * costs.Bytes.EventLog,
            YearBytes = devices * (costs.Bytes.DeviceDisk + (device.FirstEvents + 365 * device.EventsPerDay) * costs.Bytes.EventDisk),
            ActorBytes = devices * device.ActiveShare * device.ActiveBytes,
        };
    }
}
