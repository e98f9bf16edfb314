using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Entities;

namespace ActorFingerprint.Limits.Correlation;

/// <summary>
/// AF-1 §13, new-device caps per 900 s: 10 fingerprints per account and address scope, 50 per address scope. A refused member makes the
/// request ephemeral; admitted ones stay. Each cap is offered the device on its own; known devices never enter.
/// </summary>
public static class DeviceCapRule
{
    /// <summary>Lifetime of both windows, in seconds.</summary>
    public const int LifetimeSeconds = 900;

    /// <summary>Devices per account and address scope.</summary>
    public const int PerAccount = 10;

    /// <summary>Devices per address scope.</summary>
    public const int PerAddress = 50;

    /// <summary>Whether a request is observed.</summary>
    public static bool Observes(in RequestFacts facts) =>
        facts.HasFingerprint && !facts.Known && facts.Command != LimitCommand.Success;
}
