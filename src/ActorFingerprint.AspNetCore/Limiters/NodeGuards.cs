using System.Collections.Concurrent;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Degraded;
using ActorFingerprint.Limits.Entities;
using ActorFingerprint.Limits.Identity;
using ActorFingerprint.Limits.Keys;

namespace ActorFingerprint.AspNetCore;

/// <summary>
/// What AF-1 §14 says of a node and its store, said of an application and its node: a breaker and local caps for each policy, in this
/// process. Its names are made with secrets that end with the process.
/// </summary>
internal sealed class NodeGuards(NodeLimiterOptions options, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, NodeGuard> _guards = new(StringComparer.Ordinal);
    private readonly KeyRing _ring = new(InProcessDeviceLimiter.RandomSecrets(), "aspnetcore");

    /// <summary>Reads a question; what it throws is said at <see cref="IDeviceLimiter.DecideAsync"/>.</summary>
    public RequestFacts Facts(DeviceLimitQuestion question)
    {
        var request = question.ToRequest(new DeviceIdentityResolver(_ring.Secrets), options.Policies, time.GetUtcNow());
        options.Policies.TryGet(question.Policy, out var policy);
        return new RequestFacts
        {
            Policy = policy!,
            Profile = options.Profile,
            Command = request.Command,
            Keys = _ring.Derive(policy!, options.Profile, request),
            Confidence = request.Device.Confidence,
            TrustedSession = request.Device.TrustedSession,
            Known = request.Device.KnownForAccount,
            Cost = request.Cost,
            At = request.AtSeconds,
        };
    }

    public BreakerStep Before(in RequestFacts facts, out LimitResult answer)
    {
        var guard = Of(facts);
        lock (guard) return guard.Before(facts, out answer);
    }

    public bool Probed(in RequestFacts facts, bool healthy, out LimitResult answer)
    {
        var guard = Of(facts);
        lock (guard) return guard.Probed(facts, healthy, out answer);
    }

    public LimitResult Failed(in RequestFacts facts)
    {
        var guard = Of(facts);
        lock (guard) return guard.Failed(facts);
    }

    private NodeGuard Of(in RequestFacts facts) =>
        _guards.TryGetValue(facts.Policy.Name, out var guard)
            ? guard
            : _guards.GetOrAdd(facts.Policy.Name, new NodeGuard(facts.Policy, options.Profile));
}
