using System.Diagnostics;
using System.Text.Json;
using ActorFingerprint.Cluster.Messages;
using ActorFingerprint.Cluster.RabbitMq;
using ActorFingerprint.Engine.Sharding;
using ActorFingerprint.Integration.Tests.Servers;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ActorFingerprint.Integration.Tests.Cluster;

/// <summary>
/// Servers of a cluster that stop, die, fill up or cannot be reached, under a sensor that reads a known capture: what stops, what waits where,
/// what goes on, and at the end exactly the events that one node alone stores, with no dead letter.
/// </summary>
public sealed class ServersSpecs(ChaosServers servers) : IClassFixture<ChaosServers>, IAsyncLifetime
{
    private static readonly TimeSpan Away = ServersCluster.IsLong ? TimeSpan.FromSeconds(30) : TimeSpan.FromSeconds(5);

    private ServersCluster _cluster = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        Assert.SkipWhen(ChaosServers.Absence is not null, ChaosServers.Absence ?? "");
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null) await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task While_the_broker_is_away_the_sensor_spools_and_engines_say_so()
    {
        var (broker, database) = await servers.StartAsync();
        _cluster = ServersCluster.Make(broker, await database.CreateDatabaseAsync());
        await _cluster.StartEnginesAsync(2);
        var sensor = await _cluster.StartSensorAsync();
        _cluster.Capture.GrowTo(0.3);
        await _cluster.UntilMoreAsync(0, Stop);

        await broker.Node.StopAsync();
        _cluster.Say($"the broker is stopped");
        await SayNotReadyAsync("broker");
        var (_, spooling) = await sensor.UntilReadyAsync(said => said.Line.Contains("wait in the spool", StringComparison.Ordinal));
        _cluster.Say($"sensor /ready: {spooling}");
        Assert.True(spooling.IsReady);
        var (spooled, stored) = (_cluster.SpoolBytes, await _cluster.CountAsync(Stop));
        await _cluster.Capture.GrowAsync(0.3, 0.6, Away, Stop);
        Assert.True(_cluster.SpoolBytes > spooled, "nothing was spooled");
        Assert.True((await sensor.ReadyAsync()).IsReady);
        _cluster.Say($"spooled {_cluster.SpoolBytes - spooled} bytes meanwhile; sensor /ready: {await sensor.ReadyAsync()}");

        await broker.Node.StartAsync();
        _cluster.Say($"the broker is back");
        var more = await _cluster.UntilMoreAsync(stored, Stop);
        foreach (var engine in _cluster.Engines) await engine.UntilReadyAsync(said => said.IsReady);
        await sensor.UntilReadyAsync(said => said is { IsReady: true, Line: "ready" });
        _cluster.Say($"events are stored again after {more.TotalSeconds:0.0} s, all nodes are ready and the spool goes out");
        await _cluster.AssertTruthAsync(Stop);
    }

    [Fact]
    public async Task While_the_database_is_away_batches_stay_unacknowledged()
    {
        var (broker, database) = await servers.StartAsync();
        _cluster = ServersCluster.Make(broker, await database.CreateDatabaseAsync());
        await _cluster.StartEnginesAsync(2);
        var sensor = await _cluster.StartSensorAsync();
        _cluster.Capture.GrowTo(0.2);
        await _cluster.UntilMoreAsync(0, Stop);
        var share = 0.2;
        foreach (var isKilled in (bool[])[false, true])
        {
            var stored = await _cluster.CountAsync(Stop);
            await (isKilled ? database.KillAsync() : database.StopAsync());
            _cluster.Say($"PostgreSQL is {(isKilled ? "killed" : "stopped")}");
            await _cluster.Capture.GrowAsync(share, share += 0.3, Away, Stop);
            await SayNotReadyAsync("postgresql");
            Assert.Equal(new Readiness(200, "ready"), await sensor.ReadyAsync()); // none of its business
            _cluster.Say($"{(await _cluster.QueuesAsync()).Waiting} messages wait in the queues");
            await database.StartAsync();
            _cluster.Say($"PostgreSQL is back");
            var more = await _cluster.UntilMoreAsync(stored, Stop);
            foreach (var engine in _cluster.Engines) await engine.UntilReadyAsync(said => said.IsReady);
            _cluster.Say($"events are stored again after {more.TotalSeconds:0.0} s, engines are ready");
        }
        await _cluster.AssertTruthAsync(Stop);
    }

    [Fact]
    public async Task While_the_database_s_disk_is_full_nothing_is_acknowledged()
    {
        using var disk = SmallFileSystem.Mount(192);
        var (broker, _) = await servers.StartAsync();
        await using var database = await PostgresServer.StartNewAsync(disk.Path, "max_wal_size=32MB", "min_wal_size=2MB", "wal_recycle=off", "checkpoint_timeout=30s");
        _cluster = ServersCluster.Make(broker, await database.CreateDatabaseAsync());
        await _cluster.StartEnginesAsync(2);
        var sensor = await _cluster.StartSensorAsync();
        _cluster.Capture.GrowTo(0.2);
        await _cluster.UntilMoreAsync(0, Stop);

        disk.Fill(except: 64 << 10);
        _cluster.Say($"the disk of PostgreSQL is full");
        await _cluster.Capture.GrowAsync(0.2, 0.7, Away, Stop);
        await SayNotReadyAsync("");
        Assert.Equal(new Readiness(200, "ready"), await sensor.ReadyAsync());
        _cluster.Say($"{(await _cluster.QueuesAsync()).Waiting} messages wait in the queues");

        disk.Empty();
        _cluster.Say($"there is space again");
        if (database.ProcessId == 0)
        {
            await database.StartAsync();
            _cluster.Say($"PostgreSQL had stopped itself (no space for its log) and is started");
        }
        foreach (var engine in _cluster.Engines)
        {
            var (after, _) = await engine.UntilReadyAsync(said => said.IsReady);
            _cluster.Say($"{engine.Name} is ready after {after.TotalSeconds:0.0} s");
        }
        await _cluster.AssertTruthAsync(Stop);
    }

    [Fact]
    public async Task One_of_three_broker_nodes_may_be_lost()
    {
        var (_, database) = await servers.StartAsync();
        await using var broker = await RabbitServer.StartNewAsync(3);
        _cluster = ServersCluster.Make(broker, await database.CreateDatabaseAsync());
        await _cluster.StartEnginesAsync(2);
        await _cluster.StartSensorAsync();
        _cluster.Capture.GrowTo(0.3);
        await _cluster.UntilMoreAsync(0, Stop);

        var leaders = (await broker.ControlAsync("list_queues", "name", "leader", "--no-table-headers", "-s")).Split('\n')
            .Where(line => line.StartsWith(_cluster.Prefix, StringComparison.Ordinal)).Select(line => line.Split('\t')[1]).CountBy(name => name).ToArray();
        _cluster.Say($"leaders: {string.Join(", ", leaders.Select(leader => $"{leader.Key} of {leader.Value}"))}");
        var lost = broker.Nodes.Single(node => node.Name == leaders.MaxBy(leader => leader.Value).Key);
        var stored = await _cluster.CountAsync(Stop);
        await lost.KillAsync();
        _cluster.Say($"{lost.Name} is killed");
        _cluster.Capture.GrowTo(0.5);
        var more = await _cluster.UntilMoreAsync(stored, Stop);
        foreach (var engine in _cluster.Engines) await engine.UntilReadyAsync(said => said.IsReady);
        _cluster.Say($"events are stored again after {more.TotalSeconds:0.0} s, engines are ready");
        await _cluster.Capture.GrowAsync(0.5, 0.8, Away, Stop);
        await lost.StartAsync();
        _cluster.Say($"{lost.Name} is back");
        await _cluster.AssertTruthAsync(Stop);
    }

    [Fact]
    public async Task A_sensor_whose_network_is_cut_spools_and_catches_up()
    {
        var (broker, database) = await servers.StartAsync();
        Assert.SkipWhen(servers.Network is null, "network namespaces cannot be made here (root, CAP_SYS_ADMIN and CAP_NET_ADMIN)");
        var network = servers.Network!;
        _cluster = ServersCluster.Make(broker, await database.CreateDatabaseAsync());
        await _cluster.StartEnginesAsync(1);
        var sensor = await _cluster.StartSensorAsync(network.Name, [servers.OuterAddress]);
        _cluster.Capture.GrowTo(0.3);
        await _cluster.UntilMoreAsync(0, Stop);

        network.Cut();
        _cluster.Say($"the sensor's link is down");
        await _cluster.Capture.GrowAsync(0.3, 0.6, ServersCluster.IsLong ? TimeSpan.FromSeconds(40) : TimeSpan.FromSeconds(10), Stop);
        var (after, cut) = await sensor.UntilReadyAsync(said => said.Line.Contains("wait in the spool", StringComparison.Ordinal));
        Assert.True(cut.IsReady);
        _cluster.Say($"sensor /ready: {cut} ({after.TotalSeconds:0.0} s later)");
        Assert.True((await _cluster.Engines[0].ReadyAsync()).IsReady);
        var stored = await _cluster.CountAsync(Stop);
        network.Mend();
        _cluster.Say($"the link is up");
        var more = await _cluster.UntilMoreAsync(stored, Stop);
        _cluster.Say($"events of the sensor are stored again after {more.TotalSeconds:0.0} s");
        await _cluster.AssertTruthAsync(Stop);
    }

    [Fact]
    public async Task A_full_spool_holds_the_source_back_and_survives_a_kill()
    {
        var (broker, database) = await servers.StartAsync();
        _cluster = ServersCluster.Make(broker, await database.CreateDatabaseAsync(), GrowingCapture.OfManyObservations);
        await _cluster.StartEnginesAsync(1);
        var sensor = await _cluster.StartSensorAsync(null, null, "cluster.spool { max-bytes = 16 MiB, segment-bytes = 1 MiB }");
        _cluster.Capture.GrowTo(0.02);
        await _cluster.UntilMoreAsync(0, Stop);

        await broker.Node.StopAsync();
        _cluster.Say($"the broker is stopped");
        _cluster.Capture.GrowTo(1);
        var (_, full) = await sensor.UntilReadyAsync(said => said.Line.Contains("full", StringComparison.Ordinal));
        Assert.Equal(503, full.Status);
        _cluster.Say($"sensor /ready: {full}; {_cluster.SpoolBytes} bytes on the disk");
        Assert.InRange(_cluster.SpoolBytes, 12 << 20, 17 << 20);
        await sensor.KillAsync();
        await sensor.StartAsync(_cluster.Capture.Folder);
        _cluster.Say($"the sensor was killed and started again; /ready: {await sensor.ReadyAsync()}");
        await broker.Node.StartAsync();
        _cluster.Say($"the broker is back");
        var (after, _) = await sensor.UntilReadyAsync(said => said is { IsReady: true, Line: "ready" });
        _cluster.Say($"the sensor is ready after {after.TotalSeconds:0.0} s");
        await _cluster.AssertTruthAsync(Stop);
    }

    [Fact]
    public async Task Poison_is_set_aside_with_its_reason_and_the_shard_goes_on()
    {
        var (broker, database) = await servers.StartAsync();
        _cluster = ServersCluster.Make(broker, await database.CreateDatabaseAsync());
        await _cluster.StartEnginesAsync(1);
        var engine = _cluster.Engines[0];
        const string Run = "by-hand";
        await using (var connection = new BrokerConnection(_cluster.Broker, "by hand", NullLogger.Instance, TimeProvider.System))
        await using (var publisher = new BatchPublisher(connection, _cluster.Broker, ShardRegions.Device, ServersCluster.Shards, NullLogger.Instance, TimeProvider.System))
        {
            await PublishAsync(publisher, new BatchHeaders(ShardRegions.Device, 0, Run, 1), "no batch at all"u8.ToArray());
            await PublishAsync(publisher, new BatchHeaders(ShardRegions.Device, 0, Run, 2), Encode(new ShardBatch(Run, 2, 5, [])));
            await PublishAsync(publisher, new BatchHeaders(ShardRegions.Device, 0, Run, 3), Encode(new ShardBatch(Run, 3, 0, [])));
        }
        await _cluster.StartSensorAsync();
        await _cluster.AssertTruthAsync(Stop, deadLetters: 2); // batch 3 was applied: it would have waited for 1 and 2 otherwise, and be a third

        var (code, listed) = await engine.CommandAsync("journal", "dlq", "list", "--json");
        Assert.True(code == 0, listed);
        var letters = JsonSerializer.Deserialize<JsonElement[]>(listed)!.OrderBy(letter => letter.GetProperty("number").GetInt64()).ToArray();
        _cluster.Say($"journal dlq list: {listed.Trim()}");
        Assert.Equal(2, letters.Length);
        Assert.Contains("shard 5", letters[1].GetProperty("reason").GetString()!, StringComparison.Ordinal);
        var ids = letters.Select(letter => letter.GetProperty("id").GetString()!).ToArray();
        var (shown, text) = await engine.CommandAsync("journal", "dlq", "show", ids[0]);
        Assert.True(shown == 0 && text.Contains(Run, StringComparison.Ordinal), text);
        (code, text) = await engine.CommandAsync("journal", "dlq", "drop", ids[0], "--yes");
        Assert.True(code == 0, text);
        (code, text) = await engine.CommandAsync("journal", "dlq", "retry", ids[1]);
        Assert.True(code == 0, text);
        _cluster.Say($"one dropped, one sent again: {text.Trim()}");
        var again = await UntilListedAsync(letters => letters.Length == 1 && letters[0].GetProperty("id").GetString() != ids[1]);
        Assert.Contains("shard 5", again[0].GetProperty("reason").GetString()!, StringComparison.Ordinal); // as poisonous as before, under a new id
        (code, text) = await engine.CommandAsync("journal", "dlq", "drop", "--all", "--yes");
        Assert.True(code == 0, text);
        await UntilListedAsync(letters => letters.Length == 0);

        async Task<JsonElement[]> UntilListedAsync(Func<JsonElement[], bool> isIt)
        {
            for (var watch = Stopwatch.StartNew(); ; await Task.Delay(200, Stop))
            {
                var (_, now) = await engine.CommandAsync("journal", "dlq", "list", "--json");
                var found = JsonSerializer.Deserialize<JsonElement[]>(now)!;
                if (isIt(found)) return found;
                Assert.True(watch.Elapsed < TimeSpan.FromSeconds(40), now + _cluster.Logs());
            }
        }
    }

    private static byte[] Encode(ShardBatch batch) => new BatchEncoder().Encode(ShardRegions.Device, ServersCluster.Shards, batch);

    private static async Task PublishAsync(BatchPublisher publisher, BatchHeaders headers, byte[] message) =>
        await await publisher.PublishAsync(new OutgoingBatch(headers, message), Stop);

    private async Task SayNotReadyAsync(string about)
    {
        foreach (var engine in _cluster.Engines)
        {
            var (after, said) = await engine.UntilReadyAsync(said => !said.IsReady);
            Assert.Equal(503, said.Status);
            Assert.DoesNotContain("\n", said.Line, StringComparison.Ordinal);
            Assert.Contains(about, said.Line, StringComparison.OrdinalIgnoreCase);
            _cluster.Say($"{engine.Name} /ready: {said} ({after.TotalSeconds:0.0} s later)");
        }
    }
}
