using System.Text;
using ActorFingerprint.Limits;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Entities;
using ActorFingerprint.Limits.Hosting;
using ActorFingerprint.Limits.Identity;
using ActorFingerprint.Limits.Keys;
using ActorFingerprint.Limits.Policies;
using Xunit;

namespace ActorFingerprint.Tests.Limits;

/// <summary>An engine with a manual clock and short ways to ask it.</summary>
internal sealed class LimitsHarness
{
    public const long Start = 1_735_732_800;

    private DeviceIdentityResolver _resolver;

    public LimitsHarness(LimiterProfile? profile = null, int capacity = 1_000_000, params IEnumerable<LimiterPolicy> policies)
    {
        Engine = new LimiterEngine(new LimiterEngineOptions
        {
            Secrets = LimiterSecrets.Create("test-key", "test-fp"),
            Profile = profile ?? LimiterProfile.Reference,
            Policies = new PolicyRegistry(policies),
            EntityCapacity = capacity,
            OnEvents = (kind, key, events) =>
            {
                if (KeepsEvents) Events.AddRange(events.Select(e => (kind, key, e)));
            },
        });
        _resolver = new DeviceIdentityResolver(Engine.Secrets);
    }

    public LimiterEngine Engine { get; }

    public bool KeepsEvents { get; set; } = true;

    public List<(EntityKind Kind, LimiterKey Key, LimiterEvent Event)> Events { get; } = [];

    public string Policy { get; set; } = "login";

    public long Now { get; set; }

    public bool Rotate(SecretKinds kinds, string key = "next-key", string fingerprint = "next-fp")
    {
        var taken = Engine.TryRotate(kinds, Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(fingerprint), Start + Now);
        _resolver = new DeviceIdentityResolver(Engine.Secrets);
        return taken;
    }

    public LimitRequest Request(
        LimitCommand command, string? account = "owner", string? device = "A", string ip = "198.51.100.10", string agent = "chrome/123",
        bool trusted = false, bool verified = false, DeviceConfidence confidence = DeviceConfidence.Medium, long cost = 1)
    {
        Assert.True(AddressScope.TryParse(ip, out var address));
        return new LimitRequest
        {
            Command = command,
            Policy = Policy,
            Address = address,
            AccountId = account,
            Cost = cost,
            AtTicks = DateTime.UnixEpoch.Ticks + (Start + Now) * TimeSpan.TicksPerSecond,
            Device = _resolver.Resolve(new DeviceSignals { SessionDeviceId = device }) with
            {
                UserAgent = agent,
                Confidence = trusted ? DeviceConfidence.High : confidence,
                TrustedSession = trusted,
                PreviouslyVerified = verified,
            },
        };
    }

    public LimitResult Decide(in LimitRequest request) => Engine.Decide(request);

    public LimitResult Check(
        string? account = "owner", string? device = "A", string ip = "198.51.100.10", string agent = "chrome/123", bool trusted = false,
        bool verified = false) => Decide(Request(LimitCommand.Check, account, device, ip, agent, trusted, verified));

    public LimitResult Fail(
        string? account = "owner", string? device = "A", string ip = "198.51.100.10", string agent = "chrome/123", bool trusted = false,
        bool verified = false) => Decide(Request(LimitCommand.Failure, account, device, ip, agent, trusted, verified));

    public LimitResult Succeed(
        string? account = "owner", string? device = "A", string ip = "198.51.100.10", string agent = "chrome/123", bool trusted = false,
        bool verified = false) => Decide(Request(LimitCommand.Success, account, device, ip, agent, trusted, verified));

    public LimitResult Access(long cost, string? device = "A", string ip = "198.51.100.10", string agent = "chrome/123") =>
        Decide(Request(LimitCommand.Access, null, device, ip, agent, cost: cost));
}
