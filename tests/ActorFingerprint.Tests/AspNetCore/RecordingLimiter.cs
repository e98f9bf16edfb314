using ActorFingerprint.AspNetCore;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Identity;
using ActorFingerprint.Limits.Policies;
using ActorFingerprint.Limits.Throttle;

namespace ActorFingerprint.Tests.AspNetCore;

/// <summary>Allows what it is not told to answer otherwise, and remembers what it was asked.</summary>
internal sealed class RecordingLimiter : IDeviceLimiter
{
    public List<DeviceLimitQuestion> Asked { get; } = [];

    public Dictionary<LimitCommand, LimitResult> Answers { get; } = [];

    public PolicyRegistry Policies { get; } = new();

    public ValueTask<LimitResult> DecideAsync(DeviceLimitQuestion question, CancellationToken stop)
    {
        Asked.Add(question);
        return ValueTask.FromResult(Answers.GetValueOrDefault(
            question.Command, new(LimitDecision.Allow, 0, 0, LimitMode.Normal, LimitReasons.None, false, DeviceConfidence.Low)));
    }

    public ValueTask<ThrottleResult> ConsumeAsync(ThrottleRule rule, string subject, long cost, CancellationToken stop) =>
        ValueTask.FromResult(ThrottleResult.Unavailable);
}
