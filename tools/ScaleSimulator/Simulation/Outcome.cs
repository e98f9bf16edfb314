namespace ActorFingerprint.Tools.ScaleSimulator.Simulation;

/// <summary>What a simulated run came to. Times in seconds, CPU in core-seconds by part.</summary>
internal sealed record Outcome(Layout Layout, int Observations, double Committed, double ReadSide, IReadOnlyDictionary<string, double> Cpu)
{
    /// <summary>Observations a second until the last was committed.</summary>
    public double PerSecond => Observations / Committed;

    /// <summary>CPU of all parts.</summary>
    public double TotalCpu => Cpu.Values.Sum();

    /// <summary>Share of a part in all CPU, 0 to 1.</summary>
    public double ShareOf(string part) => Cpu.GetValueOrDefault(part) / TotalCpu;
}
