using System.Runtime.CompilerServices;
using System.Threading.Channels;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Engine.Capture;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Projections;
using ActorFingerprint.Node.Hosting;

namespace ActorFingerprint.Tests.Node;

/// <summary>A read side over rows in memory.</summary>
internal sealed class FakeReadModel : IDeviceReadModel
{
    public Dictionary<string, DeviceRow> Rows { get; } = [];

    /// <summary>Facts of <see cref="Printer"/> besides its service.</summary>
    public List<FactRow> MoreFacts { get; } = [];

    public DeviceQuery? LastQuery { get; private set; }

    /// <summary>How many more times lists cannot be read.</summary>
    public int Outages { get; set; }

    public static DeviceRow Printer { get; } = new()
    {
        Key = "mac:00:1E:C2:00:00:01",
        Mac = "00:1E:C2:00:00:01",
        Vendor = "Apple, Inc.",
        Status = "ok",
        Addresses = ["10.0.0.7"],
        HostNames = ["=cmd|' /C calc'!A0"],
        PacketsTotal = 60,
        DataBytes = 6000,
        FirstSeenTicks = Utc(1),
        LastSeenTicks = Utc(2),
        UpdatedTicks = Utc(2),
        DhcpList = "1,3,6,15",
        FingerprintHash = "0011223344556677",
        FeaturesJson = """{"dhcp":["1,3,6"]}""",
        DistinctJa4 = 1,
    };

    public static DeviceRow Routed { get; } = new()
    {
        Key = "ip:default/0/10.0.0.9",
        Status = "insufficient",
        Reason = "low packets_total=2",
        Via = "02:00:00:00:00:01",
        PacketsTotal = 2,
        FirstSeenTicks = Utc(3),
        LastSeenTicks = Utc(4),
    };

    public static FakeReadModel WithTwoDevices() => new() { Rows = { [Printer.Key] = Printer, [Routed.Key] = Routed } };

    public static long Utc(int hour) => new DateTime(2026, 1, 31, hour, 0, 0, DateTimeKind.Utc).Ticks;

    public Task<(IReadOnlyList<DeviceRow> Rows, long Total)> ListAsync(DeviceQuery query, CancellationToken stop)
    {
        LastQuery = query;
        if (Outages > 0) throw new JournalUnavailableException($"{--Outages} outages more");
        var all = Rows.Values.Where(r => query.Text is null || r.Key.Contains(query.Text, StringComparison.OrdinalIgnoreCase))
            .OrderBy(r => r.Key, StringComparer.Ordinal).ToArray();
        return Task.FromResult<(IReadOnlyList<DeviceRow>, long)>(([.. all.Skip(query.Offset).Take(query.Limit)], all.Length));
    }

    public Dictionary<string, DeviceState> States { get; } = [];

    public Task<DeviceState?> StateAsync(string key, CancellationToken stop) => Task.FromResult(States.GetValueOrDefault(key));

    public Task<DeviceRow?> GetAsync(string key, CancellationToken stop) => Task.FromResult(Rows.GetValueOrDefault(key));

    public Task<IReadOnlyList<DhcpFingerprintRow>> DhcpAsync(string key, CancellationToken stop) =>
        Task.FromResult<IReadOnlyList<DhcpFingerprintRow>>(
        key == Printer.Key ? [new DhcpFingerprintRow(key, "discover", "1,15,3,6", "1,3,6,15", "abcd", "MSFT 5.0", Utc(1), Utc(2), 4)] : []);

    public Task<IReadOnlyList<TlsFingerprintRow>> TlsAsync(string key, int max, CancellationToken stop) =>
        Task.FromResult<IReadOnlyList<TlsFingerprintRow>>(
        key == Printer.Key ? [new TlsFingerprintRow(key, "ja3", "t13d", "example.org", "192.0.2.1", 443, Utc(1), Utc(2), 9)] : []);

    public Task<IReadOnlyList<FactRow>> FactsAsync(string key, CancellationToken stop) => Task.FromResult<IReadOnlyList<FactRow>>(
        key == Printer.Key ? [new FactRow("mdns-service", "_ipp._tcp", Utc(1)), .. MoreFacts] : []);

    public Task<IReadOnlyList<HistoryRow>> HistoryAsync(string key, int max, CancellationToken stop) =>
        Task.FromResult<IReadOnlyList<HistoryRow>>(
        Rows.ContainsKey(key) ? [new HistoryRow(1, Utc(1), "device.first-seen.v1", """{"at":1}""")] : []);

    public Task<IReadOnlyList<RunRow>> RunsAsync(int max, CancellationToken stop) => Task.FromResult<IReadOnlyList<RunRow>>([]);

    public Task<(long Dhcp, long Tls)> CountsAsync(CancellationToken stop) => Task.FromResult((3L, 5L));

    public Task<long> OffsetAsync(CancellationToken stop) => Task.FromResult(0L);
}

/// <summary>A journal's notices: what a test published, and live ones as it publishes them.</summary>
internal sealed class FakeNotices : IDeviceNotices
{
    private readonly Channel<DeviceNotice> _live = Channel.CreateUnbounded<DeviceNotice>();

    public List<DeviceNotice> Past { get; } = [];

    /// <summary>End of the journal as another node knows it already.</summary>
    public long Ahead { get; set; }

    public long LastOrdering => Past.Count == 0 ? 0 : Past[^1].Ordering;

    public Task<long> HighestOrderingAsync(CancellationToken stop) => Task.FromResult(Math.Max(Ahead, LastOrdering));

    public void Publish(DeviceNotice notice)
    {
        lock (Past) Past.Add(notice);
        _live.Writer.TryWrite(notice);
    }

    public Task<IReadOnlyList<DeviceNotice>> ReadAsync(long afterOrdering, int max, CancellationToken stop)
    {
        lock (Past) return Task.FromResult<IReadOnlyList<DeviceNotice>>([.. Past.Where(n => n.Ordering > afterOrdering).Take(max)]);
    }

    public IAsyncEnumerable<DeviceNotice> FollowAsync(CancellationToken stop) => _live.Reader.ReadAllAsync(stop);
}

/// <summary>A source without frames.</summary>
internal sealed class FakeSource(string name) : ICaptureSource
{
    public string Name => name;

    public bool IsLossless => true;

    public bool CanResume => false;

    public IReadOnlyList<string> Warnings { get; init; } = [];

    public CaptureCounters Counters { get; } = new(7, 700, 0, 0, 0, 0);

    public async IAsyncEnumerable<FrameBlock> ReadAsync(SourcePosition? from, [EnumeratorCancellation] CancellationToken stop)
    {
        await Task.CompletedTask;
        yield break;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>An engine that records what it is asked.</summary>
internal sealed class FakeEngine : INodeEngine
{
    public FakeReadModel Model { get; init; } = FakeReadModel.WithTwoDevices();

    public FakeNotices Feed { get; } = new();

    public LimiterService? Limiter { get; set; }

    public SignatureBases? Signatures { get; set; }

    public DeviceLookup? Lookup { get; set; }

    public FakeMaintenance Store { get; } = new();

    public INodeMaintenance? Maintenance => Store;

    public List<string> Calls { get; } = [];

    public Func<CaptureTarget, ICaptureSource> Opens { get; set; } = target => new FakeSource(target.Name);

    /// <summary>Completes a run of a source; cancelled runs end by themselves.</summary>
    public TaskCompletionSource SourceEnd { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Exception? AskFails { get; set; }

    public IDeviceReadModel Devices => Model;

    public IDeviceNotices Notices => Feed;

    public string? NotReadyReason { get; set; }

    public string PersistenceIdOf(DeviceKey device) => $"device-{device.StableHash():x16}";

    public Task<IReadOnlyList<DeviceEvent>> AskAsync(DeviceKey device, DeviceCommand command, CancellationToken stop)
    {
        if (AskFails is not null) throw AskFails;
        Record($"ask {device} {command}");
        return Task.FromResult<IReadOnlyList<DeviceEvent>>([]);
    }

    public Task<bool> ForgetAsync(DeviceKey device, CancellationToken stop)
    {
        if (AskFails is not null) throw AskFails;
        Record($"forget {device}");
        return Task.FromResult(Model.Rows.Remove(device.ToString()));
    }

    public ICaptureSource Open(CaptureTarget target) => Opens(target);

    public async Task RunAsync(ICaptureSource source, Action started, CancellationToken stop)
    {
        started();
        await SourceEnd.Task.WaitAsync(stop);
    }

    public async Task RunAsync(IObservationSource source, CancellationToken stop)
    {
        await foreach (var observation in source.ReadAsync(0, stop).WithCancellation(stop)) Record($"{observation.Protocol} of {observation.Device}");
    }

    public Task StopShardsAsync(CancellationToken stop)
    {
        Record("stop shards");
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        Record("dispose");
        return ValueTask.CompletedTask;
    }

    public bool HasCall(string call)
    {
        lock (Calls) return Calls.Contains(call);
    }

    private void Record(string call)
    {
        lock (Calls) Calls.Add(call);
    }
}
