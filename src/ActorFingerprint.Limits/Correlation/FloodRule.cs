using ActorFingerprint.Limits.Entities;
using ActorFingerprint.Limits.Scores;

namespace ActorFingerprint.Limits.Correlation;

/// <summary>What the flood rule found.</summary>
public enum FloodFinding : byte
{
    /// <summary>Not met.</summary>
    None,

    /// <summary>SOFT L1 on K4; the stage has begun.</summary>
    Soft,

    /// <summary>HARD L2 on K5, not stored when the request is ephemeral.</summary>
    Hard,
}

/// <summary>
/// AF-1 §12.5, flood: from the sixth new fingerprint per account and address scope within 900 s, each that is new or refused. The first
/// opens a stage of 900 s with a soft block; while staged every further one is a hard block of its device. There is no watch.
/// </summary>
public static class FloodRule
{
    /// <summary>Devices in the window of <see cref="DeviceCapRule"/> from which the rule is met.</summary>
    public const int Threshold = 6;

    /// <summary>Length of the stage, in seconds.</summary>
    public const int StageSeconds = 900;

    internal static FloodFinding Observe(
        AccountState state, AddressGate gate, in WindowObservation devices, in RequestFacts facts, EventLog log)
    {
        if (!facts.IsAuth || devices.Count < Threshold || !(devices.Added || devices.Refused)) return FloodFinding.None;
        if (facts.At < gate.StagedUntil) return FloodFinding.Hard;
        log.Raise(state, new LimiterEvent.FloodStaged(facts.At, facts.Keys.K1.Current.Digest, facts.At + StageSeconds));
        return FloodFinding.Soft;
    }
}
