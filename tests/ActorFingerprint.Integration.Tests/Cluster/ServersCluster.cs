using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using ActorFingerprint.Cluster.RabbitMq;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Integration.Tests.Servers;
using ActorFingerprint.Persistence.Store;
using Npgsql;
using Xunit;

namespace ActorFingerprint.Integration.Tests.Cluster;

/// <summary>
/// Nodes as processes on a given broker and database, a capture that they read, and what one node alone makes of it. Its chronicle, a line for
/// each thing that was done or seen, goes to the test's output and to the file that <c>ACTORFP_CHAOS_LOG</c> names.
/// </summary>
internal sealed class ServersCluster : IAsyncDisposable
{
    /// <summary>Name of the sensor.</summary>
    public const string Sensor = "sensor";

    /// <summary>Shards of the device region.</summary>
    public const int Shards = 8;

    private static readonly string? LogFile = Environment.GetEnvironmentVariable("ACTORFP_CHAOS_LOG");

    private readonly string _folder;
    private readonly RabbitServer _broker;
    private readonly string _database;
    private readonly string[] _shared;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly List<NodeProcess> _nodes = [];

    private ServersCluster(string folder, RabbitServer broker, string database, GrowingCapture capture, string[] settings)
    {
        (_folder, _broker, _database, Capture) = (folder, broker, database, capture);
        Prefix = "t" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        var parts = new NpgsqlConnectionStringBuilder(database);
        Secret("database.secret", parts.Password!);
        Secret("asks.secret", Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
        PseudonymKeyFile.Write(At("pseudonym.key"), RandomNumberGenerator.GetBytes(DevicePseudonyms.KeyLength));
        _shared =
        [
            Sharded, "capture.follow = true", "limiter.enabled = false", "journal.plugin = postgresql",
            string.Create(CultureInfo.InvariantCulture, $"postgresql {{ host = 127.0.0.1, port = {parts.Port}, database = {parts.Database}, username = {parts.Username} }}"),
            $"postgresql {{ password-file = \"{At("database.secret")}\", pseudonym-key-file = \"{At("pseudonym.key")}\" }}",
            $"cluster {{ enabled = true, broker {{ username = guest, password = guest, prefix = {Prefix}, heartbeat = 2s, reconnect-most = 1s }} }}",
            $"cluster.asks {{ port = 0, secret-file = \"{At("asks.secret")}\" }}",
            .. settings,
        ];
    }

    /// <summary>The long form: more data, longer outages.</summary>
    public static bool IsLong { get; } = Environment.GetEnvironmentVariable("ACTORFP_CHAOS") == "long";

    /// <summary>First part of the names of its queues.</summary>
    public string Prefix { get; }

    /// <summary>What the sensor reads.</summary>
    public GrowingCapture Capture { get; }

    /// <summary>Nodes with the roles engine and api.</summary>
    public List<NodeProcess> Engines { get; } = [];

    /// <summary>The broker as a client of the tests finds it.</summary>
    public BrokerOptions Broker => new() { Addresses = _broker.Addresses, Prefix = Prefix, Password = "guest" };

    /// <summary>Makes one without nodes, on a capture of its own.</summary>
    public static ServersCluster Make(RabbitServer broker, string database, Func<string, GrowingCapture>? make = null, params string[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("actorfp-chaos-").FullName;
        return new ServersCluster(folder, broker, database, make is null ? GrowingCapture.Make(folder, IsLong ? 600 : 120, IsLong ? 12 : 4) : make(folder), settings);
    }

    /// <summary>Starts engines, waits until they are ready.</summary>
    public async Task StartEnginesAsync(int count)
    {
        for (var i = 1; i <= count; i++)
        {
            var node = Add($"engine{i}", "engine, api", null, _broker.Addresses);
            Engines.Add(node);
            if (i == 1) await node.StartAsync(); // makes the store
            else node.Launch();
        }
        foreach (var engine in Engines) await engine.UntilReadyAsync(said => said.IsReady);
        Say($"{count} engines are ready");
    }

    /// <summary>Starts the sensor, which follows <see cref="Capture"/>.</summary>
    public async Task<NodeProcess> StartSensorAsync(string? netns = null, IReadOnlyList<Uri>? broker = null, params string[] settings)
    {
        var sensor = Add(Sensor, "sensor", netns, broker ?? _broker.Addresses, settings);
        await sensor.StartAsync(Capture.Folder);
        Say($"the sensor answers");
        return sensor;
    }

    /// <summary>A line of the chronicle.</summary>
    public void Say(FormattableString what)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"{_watch.Elapsed.TotalSeconds,7:0.0} s  ") + FormattableString.Invariant(what);
        TestContext.Current.TestOutputHelper?.WriteLine(line);
        if (LogFile is not null) File.AppendAllText(LogFile, $"{TestContext.Current.TestMethod?.MethodName}: {line}\n");
    }

    /// <summary>Batches in the queues of all shards, and as dead letters.</summary>
    public async Task<(int Waiting, int Dead)> QueuesAsync()
    {
        var listed = await _broker.ControlAsync("list_queues", "name", "messages", "--no-table-headers", "-s");
        var (waiting, dead) = (0, 0);
        foreach (var parts in listed.Split('\n').Select(line => line.Split('\t')).Where(parts => parts.Length == 2 && parts[0].StartsWith(Prefix + ".", StringComparison.Ordinal)))
        {
            var messages = int.Parse(parts[1], CultureInfo.InvariantCulture);
            if (parts[0].Contains("dead", StringComparison.Ordinal)) dead += messages;
            else waiting += messages;
        }
        return (waiting, dead);
    }

    /// <summary>Bytes in the sensor's spool.</summary>
    public long SpoolBytes => Directory.EnumerateFiles(At($"{Sensor}/data/spool"), "segment-*").Sum(file => new FileInfo(file).Length);

    /// <summary>What is stored now.</summary>
    public async Task<JournalContent> StoredAsync(CancellationToken stop)
    {
        await using var source = NpgsqlDataSource.Create(_database + ";Search Path=actorfp;Pooling=false");
        return await JournalContent.ReadAsync(source, _ => "run", stop);
    }

    /// <summary>Events of devices that are stored now.</summary>
    public async Task<int> CountAsync(CancellationToken stop)
    {
        await using var source = NpgsqlDataSource.Create(_database + ";Pooling=false");
        await using var count = source.CreateCommand("SELECT count(*)::int FROM actorfp.journal WHERE persistence_id LIKE 'device-%'");
        return (int)(await count.ExecuteScalarAsync(stop))!;
    }

    /// <summary>Waits until more events are stored than there were; how long that took.</summary>
    public async Task<TimeSpan> UntilMoreAsync(int than, CancellationToken stop)
    {
        var watch = Stopwatch.StartNew();
        while (await CountAsync(stop) <= than)
        {
            if (watch.Elapsed > TimeSpan.FromSeconds(60)) throw new TimeoutException($"no more than {than} events are stored{Logs()}");
            await Task.Delay(50, stop);
        }
        return watch.Elapsed;
    }

    /// <summary>Lets the rest be read, and asserts that what is stored then is what one node alone stores, and that nothing was set aside.</summary>
    public async Task AssertTruthAsync(CancellationToken stop, int deadLetters = 0)
    {
        Capture.GrowTo(1);
        var expected = await ExpectedAsync(stop);
        var watch = Stopwatch.StartNew();
        string differences;
        for (var events = -1; ;)
        {
            var now = await CountAsync(stop);
            differences = now >= expected.Events || now == events ? Differences(expected, await StoredAsync(stop)) : "not all is stored";
            if (differences.Length == 0) break;
            if (now > expected.Events || watch.Elapsed > TimeSpan.FromSeconds(60)) break;
            events = now;
            await Task.Delay(500, stop);
        }
        Assert.True(differences.Length == 0, differences + Logs());
        Say($"{expected.Events} events of {expected.Devices.Count} devices and {expected.Packets} observations are those of one node alone, {watch.Elapsed.TotalSeconds:0.0} s after the last frame was there");
        var (_, dead) = await QueuesAsync();
        for (watch.Restart(); dead < deadLetters && watch.Elapsed < TimeSpan.FromSeconds(30); (_, dead) = await QueuesAsync())
            await Task.Delay(200, stop); // the broker's figures come a while after the messages
        Assert.True(dead == deadLetters, $"{dead} dead letters{Logs()}");
    }

    /// <summary>What the nodes warned of.</summary>
    public string Logs() => string.Concat(_nodes.Select(node => $"\n--- {node.Name}\n{node.Output}"));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_nodes.Select(node => node.KillAsync()));
        foreach (var node in _nodes)
        {
            if (LogFile is not null) await File.WriteAllTextAsync($"{LogFile}.{TestContext.Current.TestMethod?.MethodName}.{node.Name}", node.Output);
            node.Dispose();
        }
        Directory.Delete(_folder, recursive: true);
    }

    private static string Sharded => string.Create(CultureInfo.InvariantCulture, $"sharding.shards = {Shards}");

    private string At(string name) => Path.Combine(_folder, name);

    private void Secret(string name, string text)
    {
        File.WriteAllText(At(name), text + "\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(At(name), UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private NodeProcess Add(string name, string roles, string? netns, IReadOnlyList<Uri> broker, params string[] settings)
    {
        var addresses = string.Join(", ", broker.Select(address => $"\"{address.ToString().TrimEnd('/')}\""));
        var node = new NodeProcess(name, At(name),
            [.. _shared, $"cluster {{ roles = [{roles}], broker.addresses = [{addresses}] }}", .. settings], netns);
        _nodes.Add(node);
        return node;
    }

    private async Task<JournalContent> ExpectedAsync(CancellationToken stop)
    {
        var folder = At("truth");
        Directory.CreateDirectory(folder + "/data");
        File.Copy(At("pseudonym.key"), folder + "/data/pseudonym.key");
        using var alone = new NodeProcess("alone", folder, [Sharded, "limiter.enabled = false", "http.enabled = false"]);
        alone.Launch(Capture.Growing, "--once");
        await alone.EndAsync(TimeSpan.FromSeconds(120));
        if (!File.Exists(folder + "/data/journal.db")) throw new InvalidOperationException(alone.Output);
        return await JournalContent.ReadAsync(folder + "/data", _ => "run", stop);
    }

    /// <summary>The first differences, in lines; empty when there is none.</summary>
    private static string Differences(JournalContent expected, JournalContent found)
    {
        var differences = new List<string>();
        foreach (var device in expected.Devices.Union(found.Devices).Order(StringComparer.Ordinal))
        {
            Compare("events", expected.EventsOf(device), found.EventsOf(device));
            Compare("counters", [expected.CountersOf(device, false)], [found.CountersOf(device, false)]);

            void Compare(string what, IReadOnlyList<string> should, IReadOnlyList<string> has)
            {
                if (should.SequenceEqual(has)) return;
                var at = should.Zip(has).TakeWhile(pair => pair.First == pair.Second).Count();
                differences.Add($"{device} {what}: {has.Count}, should be {should.Count}; at {at}\n  is        {has.ElementAtOrDefault(at)}\n  should be {should.ElementAtOrDefault(at)}");
            }
        }
        if (found.Others != expected.Others) differences.Add($"ephemeral and refused: {found.Others}, should be {expected.Others}");
        return differences.Count == 0 ? "" : $"{differences.Count} differences; {string.Join('\n', differences.Take(4))}";
    }
}
