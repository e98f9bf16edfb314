namespace ActorFingerprint.Core.Devices;

/// <summary>
/// How often and when last a device showed a fingerprint value. The decider is told through the command: counts change with
/// every frame, so they are no events, and yet the first new value after an established one is churn.
/// </summary>
public interface IFingerprintCounts
{
    /// <summary>What is counted for the value with this number; a zero count when it is not known.</summary>
    FingerprintCount Of(FingerprintKind kind, int number);
}
