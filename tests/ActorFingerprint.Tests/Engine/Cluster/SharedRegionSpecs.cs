using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Fingerprints;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Engine;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Runs;
using ActorFingerprint.Engine.Sharding;
using ActorFingerprint.Engine.Streams;
using ActorFingerprint.Protocols;
using Xunit;

namespace ActorFingerprint.Tests.Engine.Cluster;

/// <summary>A region that shares its journal: ownership, lease, fence, numbers of batches (design §4, §5).</summary>
public sealed class SharedRegionSpecs : IAsyncDisposable
{
    private static readonly DeviceKey Phone = DeviceKey.OfMac(new MacAddress(0xF01898_000001UL));

    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly InMemoryJournal _journal = new(keepEvents: true);
    private readonly RefusingJournal _hooked;
    private readonly List<DeviceEngine> _engines = [];
    private readonly int _shard = ShardId.Of(Phone, EngineHarness.Options.Shards);

    public SharedRegionSpecs() => _hooked = new(_journal, seed: 0, rate: 0);

    [Fact]
    public async Task A_node_hosts_no_shard_until_it_is_started()
    {
        var node = Node("a");
        Assert.Empty(node.Shards.Hosted);
        await Assert.ThrowsAsync<ShardMovedException>(() => ReceiveAsync(node, Batch(1)));
        await Assert.ThrowsAsync<ShardUnreachableException>(() => node.GetAsync(Phone, CancellationToken.None)); // it asks elsewhere
        Assert.Equal(1, await node.Shards.StartShardAsync(_shard, CancellationToken.None));
        await ReceiveAsync(node, Batch(1));
        Assert.Equal([new HostedShard(_shard, 1, 1)], node.Shards.Hosted);
        Assert.NotNull(await node.GetAsync(Phone, CancellationToken.None));
    }

    [Fact]
    public async Task A_new_owner_goes_on_where_the_old_one_stopped_and_the_old_one_can_write_nothing_more()
    {
        var (old, next) = (Node("old"), Node("next"));
        await old.Shards.StartShardAsync(_shard, CancellationToken.None);
        await ReceiveAsync(old, Batch(1));
        Assert.Equal(2, await next.Shards.StartShardAsync(_shard, CancellationToken.None));

        var lost = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        old.Shards.Lost += (_, cause) => lost.TrySetResult(cause);
        await Assert.ThrowsAsync<ShardMovedException>(() => ReceiveAsync(old, Batch(2)));
        Assert.IsType<JournalConflictException>((await lost.Task).InnerException);
        Assert.Empty(old.Shards.Hosted);

        await ReceiveAsync(next, Batch(1)); // delivered again
        await ReceiveAsync(next, Batch(2));
        Assert.Equal(2, (await next.GetAsync(Phone, CancellationToken.None))!.Counters.Packets);
    }

    [Fact]
    public async Task An_owner_that_could_not_renew_answers_that_the_shard_moved_until_it_can_again()
    {
        var node = Node("a");
        var epoch = await node.Shards.StartShardAsync(_shard, CancellationToken.None);
        await ReceiveAsync(node, Batch(1));
        _time.Advance(EngineHarness.Options.Lease + TimeSpan.FromMilliseconds(1));
        await Assert.ThrowsAsync<ShardUnreachableException>(() => node.GetAsync(Phone, CancellationToken.None)); // it asks elsewhere
        node.Shards.Renew(new Dictionary<int, long> { [_shard] = epoch }, _time.GetTimestamp());
        Assert.NotNull(await node.GetAsync(Phone, CancellationToken.None));
    }

    [Fact]
    public async Task A_renewal_that_began_before_the_claim_changes_nothing_and_a_higher_epoch_drops_the_shard()
    {
        var node = Node("a");
        var epoch = await node.Shards.StartShardAsync(_shard, CancellationToken.None);
        node.Shards.Renew(new Dictionary<int, long> { [_shard] = epoch - 1 }, _time.GetTimestamp());
        Assert.Single(node.Shards.Hosted);
        var lost = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        node.Shards.Lost += (_, _) => lost.TrySetResult();
        node.Shards.Renew(new Dictionary<int, long> { [_shard] = epoch + 1 }, _time.GetTimestamp());
        await lost.Task;
        Assert.Empty(node.Shards.Hosted);
    }

    [Fact]
    public async Task A_gap_is_told_and_nothing_of_it_is_applied()
    {
        var node = await OwnerAsync();
        await ReceiveAsync(node, Batch(1));
        var gap = await Assert.ThrowsAsync<BatchGapException>(() => ReceiveAsync(node, Batch(3)));
        Assert.Equal(1, gap.Last);
        await ReceiveAsync(node, Batch(2));
        await ReceiveAsync(node, Batch(3));
        Assert.Equal(3, (await node.GetAsync(Phone, CancellationToken.None))!.Counters.Packets);
    }

    [Fact]
    public async Task On_a_node_alone_a_quiet_run_goes_on_after_more_runs_of_other_sources_than_are_remembered()
    {
        var node = EngineHarness.Engine(_journal, EngineScheduler.Default, _time);
        _engines.Add(node);
        await ReceiveAsync(node, Batch(1));
        for (var i = 0; i <= RunWatermarks.Capacity; i++)
        {
            var request = new RunRequest($"file-{i}", new ProtocolOptions(), new StreamCounters());
            await node.RunAsync(new TestObservationSource(() => [Renewal(1)]), request, CancellationToken.None);
        }
        Assert.Equal(1, (await node.WatermarkAsync(_shard, "run#1", CancellationToken.None)).Batch);
        await ReceiveAsync(node, Batch(2));
    }

    [Fact]
    public async Task A_batch_that_was_set_aside_is_applied_once_for_each_name_whatever_its_number()
    {
        var node = await OwnerAsync();
        await ReceiveAsync(node, Batch(1) with { Envelopes = [] }); // passed over
        await ReceiveAsync(node, Batch(2));
        await ReceiveAsync(node, Batch(1) with { RetryId = "r1" });
        await ReceiveAsync(node, Batch(1) with { RetryId = "r1" });
        Assert.Equal(2, (await node.GetAsync(Phone, CancellationToken.None))!.Counters.Packets);
        Assert.Equal(2, (await node.WatermarkAsync(_shard, "run#1", CancellationToken.None)).Batch);
    }

    [Fact]
    public async Task Events_of_a_run_are_appended_once_to_its_log()
    {
        var node = await OwnerAsync();
        var started = new RunEvent.Started("run#1", 0, "run", 50);
        var ended = new RunEvent.Ended("run#1", 9, 9, 9);
        await ReceiveAsync(node, Batch(1) with { Envelopes = [], Report = new RunReport("run", started) });
        await ReceiveAsync(node, Batch(1) with { Envelopes = [], Report = new RunReport("run", started) });
        await ReceiveAsync(node, Batch(2));
        await ReceiveAsync(node, Batch(3) with { Envelopes = [], Report = new RunReport("run", ended) });
        var stored = new List<RunEvent?>();
        await foreach (var past in _journal.ReplayAsync(RunLog.PersistenceIdOf("run"), 1, CancellationToken.None))
            stored.Add(RunEventCodec.Decode(past.Manifest, past.Payload.Span));
        Assert.Equal([started, ended], stored);
    }

    [Fact]
    public async Task A_shard_that_is_handed_over_leaves_snapshots_and_can_come_back()
    {
        var node = await OwnerAsync();
        await ReceiveAsync(node, Batch(1));
        await node.Shards.StopShardAsync(_shard);
        Assert.Empty(node.Shards.Hosted);
        Assert.NotNull(await _journal.LoadAsync(EngineHarness.Pseudonyms.PersistenceIdOf(Phone), CancellationToken.None));
        Assert.Equal(2, await node.Shards.StartShardAsync(_shard, CancellationToken.None));
        await ReceiveAsync(node, Batch(2));
        Assert.Equal(2, (await node.GetAsync(Phone, CancellationToken.None))!.Counters.Packets);
    }

    [Fact]
    public async Task An_erasure_asked_by_another_node_goes_on_after_its_deadline_and_tells_the_shards_that_can_be_reached()
    {
        var (router, behind) = (KeyIn(EngineHarness.Options.Shards - 2), KeyIn(EngineHarness.Options.Shards - 1)); // others are asked before
        var node = Node("owner");
        foreach (var device in (DeviceKey[])[router, behind])
        {
            var shard = ShardId.Of(device, EngineHarness.Options.Shards);
            await node.Shards.StartShardAsync(shard, CancellationToken.None);
            var observation = Renewal(1);
            observation.AttributeTo(device, device == behind ? router.Mac : MacAddress.None);
            await ReceiveAsync(node, new("run#1", 1, shard, [new ShardEnvelope(observation, null, 1, 0)]));
        }
        Assert.Equal(router.Mac.ToString(), (await node.GetAsync(behind, CancellationToken.None))!.State.FirstSeen!.Via);

        using var deadline = new CancellationTokenSource();
        _hooked.BeforeRewrite = _ => deadline.CancelAsync();
        var (kind, request) = DeviceAskCodec.Encode(new DeviceAsk.Tell(router, new DeviceCommand.Erase(1)));
        var reply = DeviceAskCodec.DecodeReply(
            (await node.Answers.AnswerAsync(EngineHarness.Options.Shards - 2, kind, request, deadline.Token)).Span);
        Assert.Equal((true, 1, EngineHarness.Options.Shards - 2), (reply.Found, reply.Mentioned.Count, reply.Untold));
        Assert.Null((await node.GetAsync(behind, CancellationToken.None))!.State.FirstSeen!.Via);
    }

    private static DeviceKey KeyIn(int shard) => Enumerable.Range(1, 1000)
        .Select(n => DeviceKey.OfMac(new MacAddress(0xF01898_000000UL + (ulong)n)))
        .First(key => ShardId.Of(key, EngineHarness.Options.Shards) == shard);

    public async ValueTask DisposeAsync()
    {
        foreach (var engine in _engines) await engine.DisposeAsync();
        await _journal.DisposeAsync();
    }

    private static async Task ReceiveAsync(DeviceEngine node, ShardBatch batch)
    {
        var applied = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await node.ReceiveAsync(batch, applied, CancellationToken.None);
        await applied.Task;
    }

    private ShardBatch Batch(long number) => new("run#1", number, _shard, [new ShardEnvelope(Renewal(number), null, number, 0)]);

    private async Task<DeviceEngine> OwnerAsync()
    {
        var node = Node("owner");
        await node.Shards.StartShardAsync(_shard, CancellationToken.None);
        return node;
    }

    private DeviceEngine Node(string name)
    {
        var engine = new DeviceEngine(
            _hooked, _hooked, EngineHarness.Pseudonyms, EngineHarness.Options, new StreamOptions(), EngineScheduler.Default, _time, name, null,
            new EngineSharing(new NoTransport(), _journal, new NoAsks()));
        _engines.Add(engine);
        return engine;
    }

    private static DhcpObservation Renewal(long frame) => new()
    {
        Device = Phone,
        LinkAddress = Phone.Mac,
        AtTicks = DateTime.UnixEpoch.Ticks + frame,
        Frame = frame,
        WireLength = 342,
        Op = 1,
        MessageType = DhcpMessageType.Request,
        Options = new DhcpOptions { Order = [53, 55, 255], ParameterRequestList = [1, 3, 6, 15] },
    };

    private sealed class NoTransport : IShardTransport
    {
        public bool WantsReports => true;

        public ValueTask SendAsync(ShardBatch batch, TaskCompletionSource safe, CancellationToken stop) => throw new NotSupportedException();

        public Task<Watermark[]> WatermarksAsync(string run, CancellationToken stop) => throw new NotSupportedException();

        public Task ForgetAsync(DeviceKey device) => Task.CompletedTask;
    }

    private sealed class NoAsks : IShardAsks
    {
        public Task<ReadOnlyMemory<byte>> AskAsync(string region, int shard, string kind, ReadOnlyMemory<byte> request, CancellationToken stop) =>
            throw new ShardUnreachableException("nobody is asked here");
    }
}
