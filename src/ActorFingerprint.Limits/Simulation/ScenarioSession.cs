using System.Text;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Hosting;
using ActorFingerprint.Limits.Identity;
using ActorFingerprint.Limits.Keys;
using ActorFingerprint.Limits.Policies;
using ActorFingerprint.Limits.Throttle;

namespace ActorFingerprint.Limits.Simulation;

/// <summary>One scenario against a fresh engine with a manual clock.</summary>
internal sealed class ScenarioSession
{
    private readonly ScenarioFormat _format;
    private int _generation = 1;

    public ScenarioSession(ScenarioFormat format, Scenario scenario)
    {
        _format = format;
        Policies = new PolicyRegistry(scenario.Overrides.Select(o => Override(scenario, o.Key, o.Value)));
        Engine = new LimiterEngine(new LimiterEngineOptions
        {
            Secrets = LimiterSecrets.Create(format.Secrets.Key, format.Secrets.Fingerprint),
            Environment = format.Secrets.Environment,
            Policies = Policies,
            Profile = LimiterProfile.Parse(scenario.Profile),
        });
    }

    public LimiterEngine Engine { get; }

    public PolicyRegistry Policies { get; }

    /// <summary>The step's request at a time.</summary>
    public LimitRequest Request(ScenarioStep step, long at)
    {
        if (!AddressScope.TryParse(step.Ip, out var address)) throw new InvalidDataException($"'{step.Ip}' is not an address");
        var device = step.Device ?? new ScenarioDevice();
        return new LimitRequest
        {
            Command = step.Cmd switch
            {
                "check" => LimitCommand.Check,
                "failure" => LimitCommand.Failure,
                "success" => LimitCommand.Success,
                "access" => LimitCommand.Access,
                _ => throw new InvalidDataException($"cmd must be check, failure, success or access, not '{step.Cmd}'"),
            },
            Policy = step.Policy ?? throw new InvalidDataException("a policy step needs 'policy'"),
            Address = address,
            AccountId = step.Account,
            CorrelationId = step.CorrelationId,
            Cost = step.Cost ?? 1,
            AtTicks = DateTime.UnixEpoch.Ticks + (_format.BaseTime + at) * TimeSpan.TicksPerSecond,
            Device = new DeviceIdentity
            {
                UserAgent = step.Ua ?? CanonicalUserAgent.Other,
                Fingerprint = device.Fp is null ? null : Fingerprint(Engine.Secrets.FingerprintHashes, device.Fp),
                PreviousFingerprint = device.Fp is null || Engine.Secrets.PreviousFingerprint is null
                    ? null
                    : Fingerprint(Engine.Secrets.PreviousFingerprintHashes, device.Fp),
                Confidence = device.Confidence switch
                {
                    "LOW" => DeviceConfidence.Low,
                    "MEDIUM" => DeviceConfidence.Medium,
                    "HIGH" => DeviceConfidence.High,
                    _ => throw new InvalidDataException($"confidence must be LOW, MEDIUM or HIGH, not '{device.Confidence}'"),
                },
                TrustedSession = device.Trusted,
                PreviouslyVerified = device.Verified,
            },
        };
    }

    /// <summary>Runs an op; null when there is nothing to compare.</summary>
    public ScenarioExpectation? Operate(ScenarioStep step, long at)
    {
        switch (step.Op)
        {
            case "store":
                Engine.StoreAvailable = step.State switch
                {
                    "up" => true,
                    "down" => false,
                    _ => throw new InvalidDataException($"state must be up or down, not '{step.State}'"),
                };
                return null;
            case "rotate":
                return new() { Accepted = Rotate(step.Which, at) };
            case "consume":
                var rule = new ThrottleRule(step.Name ?? "", step.Limit, step.Interval);
                var spent = Engine.Consume(rule, step.Subject ?? "", step.Cost ?? 1, _format.BaseTime + at);
                return new()
                {
                    Allowed = spent.Allowed,
                    Remaining = spent.Remaining,
                    RetryAfter = spent.RetryAfterSeconds,
                    ResetAt = spent.ResetAt - _format.BaseTime,
                    Mode = WireNames.Of(spent.ResetAt is null ? LimitMode.FailClosed : LimitMode.Normal),
                };
            default:
                throw new InvalidDataException($"op must be store, rotate or consume, not '{step.Op}'");
        }
    }

    private bool Rotate(string? which, long at)
    {
        var kinds = which switch
        {
            "outer" => SecretKinds.Key,
            "fingerprint" => SecretKinds.Fingerprint,
            "both" => SecretKinds.Both,
            _ => throw new InvalidDataException($"which must be outer, fingerprint or both, not '{which}'"),
        };
        _generation++;
        return Engine.TryRotate(
            kinds, Encoding.UTF8.GetBytes($"simulated-key-{_generation}"), Encoding.UTF8.GetBytes($"simulated-fp-{_generation}"),
            _format.BaseTime + at);
    }

    private static DeviceFingerprint Fingerprint(KeyedHashPool secret, string opaque) =>
        FingerprintDeriver.Derive(secret, FingerprintDeriver.Domain, "simulated", opaque);

    private static LimiterPolicy Override(Scenario scenario, string name, ScenarioOverride change)
    {
        if (PolicyPresets.All.FirstOrDefault(p => p.Name == name) is not { Auth: { } auth } preset
            || !change.Thresholds.TryGetValue("k4", out var levels) || levels.Count != 3)
            throw new InvalidDataException($"{scenario.Id}: an override must give login or otp three k4 thresholds");
        return preset with { Auth = auth with { K4 = new(levels[0], levels[1], levels[2]) } };
    }
}
