using ActorFingerprint.Limits;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Keys;

namespace ActorFingerprint.Tests.Engine.Limiting;

/// <summary>What the scenarios need of a limiter, on one node or on several.</summary>
internal interface ILimiterHarness
{
    bool IsCutOff { set; }

    LimitResult Decide(LimitRequest request);

    void Use(LimiterSecrets secrets);

    void MoveTo(long unixSeconds);

    void Stop();
}
