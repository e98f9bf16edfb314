using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Identification;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Membership;
using ActorFingerprint.Engine.Projections;
using ActorFingerprint.Engine.Sharding;
using ActorFingerprint.Node.Hosting;

namespace ActorFingerprint.Tests.Node;

/// <summary>Shards and a store that record what they are asked; a replay waits until the test lets it go.</summary>
internal sealed class FakeMaintenance : INodeMaintenance
{
    private readonly Lock _gate = new();

    public List<string> Calls { get; } = [];

    public Exception? Fails { get; set; }

    /// <summary>Completes every replay; until then they read.</summary>
    public TaskCompletionSource ReplayEnd { get; set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes every flush.</summary>
    public TaskCompletionSource Flushed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Keys of devices in memory.</summary>
    public HashSet<DeviceKey> Active { get; } = [KeyOf(FakeReadModel.Printer), KeyOf(FakeReadModel.Routed)];

    public List<Reclassification> Changes { get; } = [];

    public IReadOnlyList<(string Region, IReadOnlyList<HostedShard> Shards)> Regions { get; set; } =
        [("device", [new(0, 3, 2), new(1, 0, 0)]), ("limiter", [new(0, 1, 7)])];

    public ProjectionLag? Lag { get; set; } = new(90, 10, null);

    public Task<int> PassivateAsync(TimeSpan idle, CancellationToken stop)
    {
        Record($"passivate {idle}");
        var count = idle == TimeSpan.Zero ? Active.Count : 0;
        if (count > 0) Active.Clear();
        return Task.FromResult(count);
    }

    public Task<bool> PassivateAsync(DeviceKey device, CancellationToken stop)
    {
        Record($"passivate {device}");
        return Task.FromResult(Active.Remove(device));
    }

    public Task<int> SnapshotAsync(CancellationToken stop)
    {
        Record("snapshot");
        return Task.FromResult(5);
    }

    public Task CatchUpAsync(CancellationToken stop)
    {
        Record("catch up");
        return Flushed.Task.WaitAsync(stop);
    }

    public Task<long> EndAsync(CancellationToken stop) => Fails is null ? Task.FromResult(100L) : Task.FromException<long>(Fails);

    public async Task<IReadOnlyList<DeviceRow>> ReplayAsOfAsync(long atTicks, IProgress<long> progress, CancellationToken stop)
    {
        Record($"as of {new DateTime(atTicks, DateTimeKind.Utc):O}");
        progress.Report(40);
        await ReplayEnd.Task.WaitAsync(stop);
        progress.Report(100);
        return [FakeReadModel.Routed, FakeReadModel.Printer];
    }

    public async Task<IReadOnlyList<Reclassification>> ReclassifyAsync(DeviceClassifier classifier, IProgress<long> progress, CancellationToken stop)
    {
        Record("classify");
        await ReplayEnd.Task.WaitAsync(stop);
        return Changes;
    }

    public async Task RebuildAsync(IProgress<long> progress, CancellationToken stop)
    {
        Record("rebuild");
        await ReplayEnd.Task.WaitAsync(stop);
    }

    private static DeviceKey KeyOf(DeviceRow row) => DeviceKey.TryParse(row.Key, out var key) ? key : throw new InvalidOperationException(row.Key);

    private void Record(string call)
    {
        lock (_gate) Calls.Add(call);
        if (Fails is not null) throw Fails;
    }
}
