using System.Diagnostics;
using System.Globalization;
using ActorFingerprint.Integration.Tests.Servers;

namespace ActorFingerprint.Integration.Tests.Cluster;

/// <summary>
/// Three engines under the load of two sensors, and <c>kill -9</c> of one node after the other. At the end the journal must hold what one node alone
/// makes of the same captures: nothing lost, nothing twice.
/// </summary>
/// <param name="rounds">Kills.</param>
/// <param name="seed">Who is killed, and when.</param>
/// <param name="say">Takes the log.</param>
internal sealed class ChaosRun(int rounds, int seed, Action<string> say)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60), Patience = TimeSpan.FromMinutes(4);

    private readonly Random _random = new(seed);
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    /// <summary>Runs it; what is wrong at the end, nothing when all is well.</summary>
    public async Task<IReadOnlyList<string>> RunAsync(PostgresServer postgres, RabbitServer rabbit, string folder, CancellationToken stop)
    {
        var captures = await KnownCaptures.MakeAsync(Path.Combine(folder, "captures"), devices: 40, scale: rounds > 10 ? 6 : 2, stop);
        Say($"captures of {captures.Expected.Packets} observations, {captures.Expected.Devices.Count} devices ({captures.Shared} in both), {captures.Expected.Events} events");
        await using var cluster = await TestCluster.NewAsync(postgres, rabbit, Path.Combine(folder, "cluster"), captures.Key);
        PacedFile[] files = [new(captures.PathA, Path.Combine(folder, "feed-a")), new(captures.PathB, Path.Combine(folder, "feed-b"))];
        TestNode[] engines = [.. Enumerable.Range(1, 3).Select(n => cluster.Add($"node-{n}", "engine, api"))];
        TestNode[] sensors = [.. files.Select((file, n) => cluster.Add(n == 0 ? "sensor-a" : "sensor-b", "sensor", file.Folder, "--set", "capture.follow=true"))];
        await Task.WhenAll(engines.Select(engine => engine.StartAsync(stop)));
        await Task.WhenAll(engines.Select(engine => engine.ReadyAsync(stop)));
        using var fed = new CancellationTokenSource();
        var pace = TimeSpan.FromSeconds(rounds * 6);
        Task[] feeding = [.. files.Select(file => file.GrowAsync(pace, fed.Token))];
        await Task.WhenAll(sensors.Select(sensor => sensor.StartAsync(stop)));
        await TestCluster.OwnedAsync(engines[0], "device", stop);
        Say($"three engines and two sensors run, every shard has an owner");

        var takeovers = new Takeovers(cluster);
        var (engineKills, sensorKills, doubled, late) = (0, 0, 0, 0);
        for (var round = 1; round <= rounds; round++)
        {
            await Task.Delay(TimeSpan.FromSeconds(0.3 + _random.NextDouble() * 2.5), stop);
            var isSensor = round % 4 == 0;
            var victim = isSensor ? sensors[_random.Next(sensors.Length)] : await EngineAsync(engines, stop);
            var witness = engines.First(engine => engine != victim);
            var shards = isSensor ? [] : await Takeovers.ShardsOfAsync(victim.Address, witness, stop);
            var killed = DateTime.UtcNow;
            await victim.KillAsync();
            if (isSensor) sensorKills++;
            else engineKills++;
            var starting = StartLaterAsync(victim, TimeSpan.FromSeconds(_random.NextDouble() * 1.5), stop);
            if (!isSensor && round % 5 == 0) // another one dies before the first has come back
            {
                var next = engines.First(engine => engine != victim && engine != witness);
                await next.KillAsync();
                engineKills++;
                doubled++;
                await StartLaterAsync(next, TimeSpan.Zero, stop);
            }
            var without = await takeovers.WatchAsync(shards, killed, () => witness.IsRunning ? witness : null, Longest, stop);
            late += without;
            await starting;
            Say($"round {round}: {victim.Name} killed with {shards.Count} shards, {(without == 0 ? "taken over" : $"{without} NOT taken over")} after {(DateTime.UtcNow - killed).TotalSeconds:F1} s with its restart; read {files.Average(f => f.Part):P0}");
        }
        var underLoad = files.All(file => !file.IsWhole);
        await fed.CancelAsync();
        await Task.WhenAll(feeding);
        Task[] rest = [.. files.Select(file => file.GrowAsync(TimeSpan.FromSeconds(10), stop))];
        await Task.WhenAll(rest);
        Say($"the captures are whole, all nodes run");

        var problems = new List<string>();
        if (late > 0) problems.Add($"{late} shards had no next owner within {Longest.TotalSeconds} s");
        var found = await CaughtUpAsync(cluster, captures, stop);
        var (waiting, dead) = await cluster.QueuesAsync();
        if (waiting > 0) problems.Add($"{waiting} messages wait in the queues");
        if (dead > 0) problems.Add($"{dead} dead letters");
        var lag = await ReadSideAsync(engines[0], stop);
        if (lag != 0) problems.Add($"the read side is {lag} events behind");
        found = await JournalContent.ReadAsync(cluster.Store, KnownCaptures.RunOf, stop);
        problems.AddRange(captures.DifferencesOf(found));
        problems.AddRange(await ReadSideDifferencesAsync(cluster, found, stop));
        foreach (var node in cluster.Nodes)
            problems.AddRange(node.Log.Split('\n').Where(line => line.Contains("Unhandled", StringComparison.Ordinal) || line.Contains("set aside", StringComparison.Ordinal)).Take(3)
                .Select(line => $"{node.Name}: {line}"));
        Say($"--- summary");
        Say($"{engineKills} kills of engines ({doubled} before another was back), {sensorKills} of sensors, seed {seed}, under load to the end: {underLoad}");
        Say($"observations {found.Packets} of {captures.Expected.Packets}, events {found.Events} of {captures.Expected.Events}, devices {found.Devices.Count}, dead letters {dead}");
        Say($"takeover, until claimed:   {Takeovers.Distribution(takeovers.Claimed)}");
        Say($"takeover, until announced: {Takeovers.Distribution(takeovers.Announced)}");
        Say($"takeover, until committed: {Takeovers.Distribution(await takeovers.CommittedAsync(stop))}");
        foreach (var problem in problems.Take(10)) Say($"WRONG: {problem}");
        if (problems.Count == 0) Say($"journal and read side are those of one node alone: nothing lost, nothing twice");
        else await File.WriteAllTextAsync(Path.Combine(folder, "nodes.log"), string.Join('\n', cluster.Nodes.Select(node => $"== {node.Name}\n{node.Log}")), stop);
        return problems;
    }

    /// <summary>Any engine, rather one that owns shards: one that has just come back waits for its share.</summary>
    private async Task<TestNode> EngineAsync(TestNode[] engines, CancellationToken stop)
    {
        var drawn = engines[_random.Next(engines.Length)];
        if (_random.Next(4) == 0 || (await Takeovers.ShardsOfAsync(drawn.Address, drawn, stop)).Count > 0) return drawn;
        return engines[_random.Next(engines.Length)];
    }

    private static async Task StartLaterAsync(TestNode node, TimeSpan pause, CancellationToken stop)
    {
        await Task.Delay(pause, stop);
        await node.StartAsync(stop);
    }

    private static async Task<JournalContent> CaughtUpAsync(TestCluster cluster, KnownCaptures captures, CancellationToken stop)
    {
        for (var watch = Stopwatch.StartNew(); ; await Task.Delay(500, stop))
        {
            var found = await JournalContent.ReadAsync(cluster.Store, KnownCaptures.RunOf, stop);
            if (found.Packets + found.Others.Ephemeral >= captures.Expected.Packets + captures.Expected.Others.Ephemeral || watch.Elapsed > Patience) return found;
        }
    }

    private static async Task<long> ReadSideAsync(TestNode node, CancellationToken stop)
    {
        for (var watch = Stopwatch.StartNew(); ; await Task.Delay(200, stop))
        {
            var lag = (await node.GetAsync("cluster/members", stop)).GetProperty("lag");
            var events = lag.ValueKind == System.Text.Json.JsonValueKind.Object ? lag.GetProperty("events").GetInt64() : -1;
            if (events == 0 || watch.Elapsed > TimeSpan.FromSeconds(60)) return events;
        }
    }

    private static async Task<IReadOnlyList<string>> ReadSideDifferencesAsync(TestCluster cluster, JournalContent journal, CancellationToken stop)
    {
        await using var command = cluster.Store.CreateCommand(
            "SELECT count(*), coalesce(sum(packets_total), 0)::bigint FROM actorfp_read.devices JOIN actorfp_read.device_fingerprints USING (device_id)");
        await using var rows = await command.ExecuteReaderAsync(stop);
        await rows.ReadAsync(stop);
        var (devices, packets) = (rows.GetInt64(0), rows.GetInt64(1));
        return devices == journal.Devices.Count && packets == journal.Packets ? []
            : [$"the read side shows {devices} devices with {packets} observations, the journal {journal.Devices.Count} with {journal.Packets}"];
    }

    private void Say(FormattableString line) => say($"[{_clock.Elapsed.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture),6}] {line.ToString(CultureInfo.InvariantCulture)}");
}
