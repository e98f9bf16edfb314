using System.Diagnostics.CodeAnalysis;
using System.Threading.RateLimiting;
using ActorFingerprint.Limits.Throttle;

namespace ActorFingerprint.AspNetCore;

/// <summary>
/// A throttle's answer as a lease, with <see cref="MetadataName.RetryAfter"/> on a refusal. Nothing is given back on disposal.
/// </summary>
public sealed class ThrottleLease : RateLimitLease
{
    /// <summary>Given without a question, or refused without one.</summary>
    internal static readonly ThrottleLease Free = new(null, new(true, 0, 0, null)), Waiting = new(null, new(false, 0, 0, null));

    internal ThrottleLease(ThrottleRule? rule, ThrottleResult result) => (Rule, Result) = (rule, result);

    /// <summary>The rule; null when nothing was asked.</summary>
    public ThrottleRule? Rule { get; }

    /// <summary>The answer; without a time when the limiter could not be reached.</summary>
    public ThrottleResult Result { get; }

    /// <inheritdoc />
    public override bool IsAcquired => Result.Allowed;

    /// <inheritdoc />
    public override IEnumerable<string> MetadataNames => Result.RetryAfterSeconds > 0 ? [MetadataName.RetryAfter.Name] : [];

    /// <inheritdoc />
    public override bool TryGetMetadata(string metadataName, [NotNullWhen(true)] out object? metadata)
    {
        metadata = metadataName == MetadataName.RetryAfter.Name && Result.RetryAfterSeconds > 0
            ? TimeSpan.FromSeconds(Result.RetryAfterSeconds)
            : null;
        return metadata is not null;
    }
}
