using ActorFingerprint.Engine;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Limiting;
using ActorFingerprint.Limits;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Identity;
using ActorFingerprint.Limits.Keys;
using ActorFingerprint.Limits.Policies;
using Xunit;

namespace ActorFingerprint.Tests.Engine.Limiting;

/// <summary>A limiter region over a journal, on one seeded thread and a manual clock.</summary>
internal sealed class RegionHarness : ILimiterHarness
{
    public const long Start = 1_735_732_800;

    private readonly ManualTimeProvider _time = new(DateTimeOffset.FromUnixTimeSeconds(Start));
    private readonly SeededScheduler _scheduler;

    public RegionHarness(
        int seed = 1, IJournal? journal = null, LimiterRegionOptions? options = null, LimiterSecrets? secrets = null)
    {
        _scheduler = new(seed, _time);
        Journal = journal ?? new InMemoryJournal(keepEvents: true, _time);
        Options = options ?? Small;
        Secrets = secrets ?? LimiterSecrets.Create("test-key", "test-fp");
        Region = Open();
    }

    /// <summary>Few shards, frequent snapshots, a deadline that a manual clock does not reach by accident.</summary>
    public static LimiterRegionOptions Small { get; } = new() { Shards = 3, SnapshotEvery = 4, Deadline = TimeSpan.FromHours(2) };

    public IJournal Journal { get; }

    public TimeProvider Time => _time;

    public LimiterRegionOptions Options { get; }

    public LimiterSecrets Secrets { get; set; }

    public LimiterRegion Region { get; private set; }

    public LimitRequest Request(
        LimitCommand command, string? account = "owner", string? device = "A", string ip = "198.51.100.10", string policy = "login",
        bool verified = false, long cost = 1)
    {
        Assert.True(AddressScope.TryParse(ip, out var address));
        return new LimitRequest
        {
            Command = command,
            Policy = policy,
            Address = address,
            AccountId = account,
            Cost = cost,
            AtTicks = 0,
            Device = new DeviceIdentityResolver(Secrets).Resolve(new DeviceSignals { SessionDeviceId = device }) with
            {
                UserAgent = "chrome/123",
                Confidence = DeviceConfidence.Medium,
                PreviouslyVerified = verified,
            },
        };
    }

    public bool IsCutOff
    {
        set => Region.IsCutOff = value;
    }

    public void Use(LimiterSecrets secrets) => Region.Use(secrets);

    public LimitResult Decide(LimitRequest request) => Run(() => Region.DecideAsync(request));

    public LimitResult Fail(string? account = "owner", string device = "A", string ip = "198.51.100.10") =>
        Decide(Request(LimitCommand.Failure, account, device, ip));

    public LimitResult Check(string? account = "owner", string device = "A", string ip = "198.51.100.10") =>
        Decide(Request(LimitCommand.Check, account, device, ip));

    /// <summary>Awaits on the seeded thread: a task that completed elsewhere would look like a node that hangs.</summary>
    public T Run<T>(Func<Task<T>> work) => _scheduler.Run(async () => await work());

    public void MoveTo(long unixSeconds)
    {
        var by = DateTimeOffset.FromUnixTimeSeconds(unixSeconds) - _time.GetUtcNow();
        if (by > TimeSpan.Zero) _time.Advance(by);
    }

    public void Advance(int seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));

    /// <summary>Lets everything run that needs no further time.</summary>
    public void Settle() => Run(async () =>
    {
        for (var i = 0; i < 50; i++) await Task.Yield();
        return true;
    });

    /// <summary>Stops in order, then starts again over the same journal.</summary>
    public void Restart()
    {
        Stop();
        Region = Open();
    }

    public void Stop() => Run(async () =>
    {
        await Region.DisposeAsync();
        return true;
    });

    private LimiterRegion Open() => new(Journal, (ISnapshotStore)Journal, Secrets, Options, new EngineScheduler(_scheduler), _time);
}
