using ActorFingerprint.Engine;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Limiting;
using ActorFingerprint.Engine.Sharding;
using ActorFingerprint.Limits;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Identity;
using ActorFingerprint.Limits.Keys;

namespace ActorFingerprint.Tests.Engine.Limiting;

/// <summary>Limiter regions that share their shards and a journal, on one seeded thread and one manual clock.</summary>
internal sealed class ClusterHarness : ILimiterHarness
{
    private readonly ManualTimeProvider _time = new(DateTimeOffset.FromUnixTimeSeconds(RegionHarness.Start));
    private readonly SeededScheduler _scheduler;
    private readonly int?[] _owners;
    private readonly long[] _epochs;
    private readonly LimiterCluster[] _clusters;

    public ClusterHarness(
        int seed = 1, IJournal? journal = null, LimiterRegionOptions? options = null, LimiterSecrets? secrets = null, int regions = 3,
        TimeSpan? lease = null)
    {
        _scheduler = new(seed, _time);
        Random = new(seed);
        Asks = new(_time, Random);
        Options = (options ?? RegionHarness.Small) with { Shards = 7 };
        Secrets = secrets ?? LimiterSecrets.Create("test-key", "test-fp");
        Journal = journal ?? new InMemoryJournal(keepEvents: true, _time);
        _owners = new int?[Options.Shards];
        _epochs = new long[Options.Shards];
        _clusters = [.. Enumerable.Range(0, regions).Select(_ => new LimiterCluster(Asks, Guid.NewGuid()) { Lease = lease ?? TimeSpan.FromSeconds(3) })];
        Regions = [.. Enumerable.Range(0, regions).Select(n => Open(n, Secrets))];
        Asks.OwnerOf = shard => _owners[shard] is { } owner && !Away.Contains(owner) ? Regions[owner] : null;
        for (var shard = 0; shard < Options.Shards; shard++) Start(shard, shard % regions);
    }

    public Random Random { get; }

    public MemoryAsks Asks { get; }

    public IJournal Journal { get; }

    public LimiterRegionOptions Options { get; }

    public LimiterSecrets Secrets { get; set; }

    public LimiterRegion[] Regions { get; }

    public TimeProvider Time => _time;

    /// <summary>Regions that nobody reaches.</summary>
    public HashSet<int> Away { get; } = [];

    /// <summary>Who is asked next; a random one when null.</summary>
    public int? Entry { get; set; }

    /// <summary>A shard moves in order before every so many-th decision; 0 for never.</summary>
    public int MovesEvery { get; set; }

    public bool IsCutOff
    {
        set => Regions[0].IsCutOff = value;
    }

    private int _decided;

    public LimitResult Decide(LimitRequest request)
    {
        if (MovesEvery > 0 && ++_decided % MovesEvery == 0)
        {
            var shard = Random.Next(Options.Shards);
            Move(shard, (_owners[shard]!.Value + 1 + Random.Next(Regions.Length - 1)) % Regions.Length);
        }
        var region = Regions[Entry ?? Random.Next(Regions.Length)];
        return Run(() => region.DecideAsync(request));
    }

    public void Use(LimiterSecrets secrets)
    {
        Secrets = secrets;
        foreach (var region in Regions) region.Use(secrets);
    }

    public void MoveTo(long unixSeconds)
    {
        var by = DateTimeOffset.FromUnixTimeSeconds(unixSeconds) - _time.GetUtcNow();
        if (by > TimeSpan.Zero) _time.Advance(by);
        Renew();
    }

    public void Advance(TimeSpan by) => _time.Advance(by);

    public void Renew()
    {
        var epochs = _epochs.Select((epoch, shard) => (epoch, shard)).ToDictionary(e => e.shard, e => e.epoch);
        foreach (var region in Regions) region.Renew(epochs, _time.GetTimestamp());
    }

    public int OwnerOf(int shard) => _owners[shard]!.Value;

    public int ShardOf(LimitRequest request, Func<RequestKeys, KeyPair> key) => LimiterRegion.ShardOf(
        key(new KeyRing(Secrets, Options.Environment).Derive(
            Options.Policies.All.First(p => p.Name == request.Policy), Options.Profile,
            request with { AtTicks = _time.GetUtcNow().UtcTicks })).Current, Options.Shards);

    /// <summary>In order: the owner stops it, the other one starts it.</summary>
    public void Move(int shard, int to)
    {
        if (_owners[shard] is { } from) Run(async () =>
        {
            _owners[shard] = null;
            await Regions[from].StopShardAsync(shard);
            return true;
        });
        Start(shard, to);
    }

    /// <summary>Without a word to the owner, as after a crash or a network that is cut.</summary>
    public void Start(int shard, int at) => Run(() => StartAsync(shard, at));

    public async Task<bool> StartAsync(int shard, int at)
    {
        _epochs[shard] = await Regions[at].StartShardAsync(shard, CancellationToken.None);
        _owners[shard] = at;
        return true;
    }

    /// <summary>Names an owner to those who ask, whoever owns the shard.</summary>
    public void Announce(int shard, int at) => _owners[shard] = at;

    public T Run<T>(Func<Task<T>> work) => _scheduler.Run(async () => await work());

    public void Settle() => Run(async () =>
    {
        for (var i = 0; i < 100; i++) await Task.Yield();
        return true;
    });

    public void Stop() => Run(async () =>
    {
        foreach (var region in Regions) await region.DisposeAsync();
        return true;
    });

    public LimitRequest Request(
        LimitCommand command, string? account = "owner", string? device = "A", string ip = "198.51.100.10", string policy = "login",
        bool verified = false, long cost = 1)
    {
        Xunit.Assert.True(AddressScope.TryParse(ip, out var address));
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

    private LimiterRegion Open(int n, LimiterSecrets secrets) => new(
        Journal, (ISnapshotStore)Journal, secrets, Options with { Owner = $"node-{n}" }, new EngineScheduler(_scheduler), _time, _clusters[n]);
}
