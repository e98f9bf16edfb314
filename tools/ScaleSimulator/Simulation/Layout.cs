namespace ActorFingerprint.Tools.ScaleSimulator.Simulation;

/// <summary>Which machines there are and what runs where: all on one, or each part on its own.</summary>
internal sealed record Layout(string Name)
{
    /// <summary>Nodes with the role engine; 0: one embedded node.</summary>
    public required int Engines { get; init; }

    /// <summary>Sensors that read at the same time.</summary>
    public int Sensors { get; init; } = 1;

    /// <summary>Cores of each machine.</summary>
    public double Cores { get; init; } = 2;

    /// <summary>Whether one machine carries everything.</summary>
    public bool IsShared { get; init; } = true;

    /// <summary>Shards of the region.</summary>
    public int Shards { get; init; } = 16;

    /// <summary>Nodes of the broker; each has a copy of every message.</summary>
    public int Brokers { get; init; } = 1;

    /// <summary>Databases that the regions are spread over.</summary>
    public int Databases { get; init; } = 1;

    /// <summary>Everything on one machine with two cores.</summary>
    public static Layout OneMachine(int engines) =>
        new(engines == 0 ? "embedded" : Count(engines, "engine")) { Engines = engines };

    /// <summary>Each part on machines of its own with eight cores.</summary>
    public static Layout Spread(int sensors, int engines, int databases = 1) => new($"{Count(sensors, "sensor")}, {Count(engines, "engine")}, {Count(databases, "database")}")
    {
        Engines = engines,
        Sensors = sensors,
        Databases = databases,
        Cores = 8,
        IsShared = false,
        Shards = 256,
        Brokers = 3,
    };

    private static string Count(int number, string what) => number == 1 ? $"1 {what}" : $"{number} {what}s";
}
