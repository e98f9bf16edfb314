using System.Globalization;
using System.Text.Json;
using ActorFingerprint.Cluster.RabbitMq;
using ActorFingerprint.Integration.Tests.Servers;
using Npgsql;

namespace ActorFingerprint.Integration.Tests.Cluster;

/// <summary>
/// A cluster of real programs: nodes as processes, a database and queues of its own on the given servers. It ends with the test at the latest.
/// </summary>
internal sealed class TestCluster : IAsyncDisposable
{
    /// <summary>Shards of each region.</summary>
    public const int Shards = 8;

    private static int _clusters;

    private readonly RabbitServer _rabbit;
    private readonly string _folder;
    private readonly string _settings;
    private readonly List<TestNode> _nodes = [];

    private TestCluster(RabbitServer rabbit, string folder, string prefix, string settings, NpgsqlDataSource store) =>
        (_rabbit, _folder, Prefix, _settings, Store) = (rabbit, folder, prefix, settings, store);

    /// <summary>The nodes, in the order in which they were added.</summary>
    public IReadOnlyList<TestNode> Nodes => _nodes;

    /// <summary>The database; the store is in its schema <c>actorfp</c>.</summary>
    public NpgsqlDataSource Store { get; }

    /// <summary>First part of the names of its queues.</summary>
    public string Prefix { get; }

    /// <summary>The file whose first line is the secret of asks.</summary>
    public string AsksSecretFile => Path.Combine(_folder, "asks.secret");

    /// <summary>
    /// Makes the settings of a cluster. <paramref name="key"/> is a pseudonym key to use, so that devices are called as elsewhere;
    /// <paramref name="settings"/> are further lines of configuration of every node.
    /// </summary>
    public static async Task<TestCluster> NewAsync(PostgresServer postgres, RabbitServer rabbit, string folder, string? key = null, params string[] settings)
    {
        Directory.CreateDirectory(folder);
        var prefix = string.Create(CultureInfo.InvariantCulture, $"cluster{Interlocked.Increment(ref _clusters)}");
        var database = await postgres.CreateDatabaseAsync();
        var place = new NpgsqlConnectionStringBuilder(database);
        WriteSecret(Path.Combine(folder, "database.secret"), place.Password!);
        WriteSecret(Path.Combine(folder, "asks.secret"), new string('s', 64));
        if (key is not null) File.Copy(key, Path.Combine(folder, "pseudonym.key"));
        var common = string.Create(CultureInfo.InvariantCulture, $$"""
            management.http.route-providers-read-only = false
            sharding.shards = {{Shards}}
            limiter.shards = {{Shards}}
            journal { plugin = postgresql, checkpoint-frames = 500, shard-snapshot-every = 16, snapshot-every = 8 }
            streams.block-size = 64 KiB
            streams.lanes = 1
            postgresql {
              host = {{place.Host}}
              port = {{place.Port}}
              database = {{place.Database}}
              username = {{place.Username}}
              password-file = "{{folder}}/database.secret"
              connect-timeout = 30s
              pseudonym-key-file = "{{folder}}/pseudonym.key"
            }
            cluster {
              enabled = true
              host = 127.0.0.1
              broker { addresses = [{{string.Join(", ", rabbit.Addresses.Select(a => $"\"{a.AbsoluteUri.TrimEnd('/')}\""))}}], password = guest, prefix = {{prefix}}, reconnect-most = 1s }
              asks.secret-file = "{{folder}}/asks.secret"
            }
            """);
        return new TestCluster(rabbit, folder, prefix, string.Join('\n', [common, .. settings]), NpgsqlDataSource.Create(database + ";Search Path=actorfp"));
    }

    /// <summary>Adds a node, not started. <paramref name="operands"/> are what it reads, and further arguments.</summary>
    public TestNode Add(string name, string roles, params string[] operands)
    {
        var (port, asks) = (ServerProcess.FreePort(), ServerProcess.FreePort());
        var folder = Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
        File.WriteAllText(Path.Combine(folder, "node.conf"), string.Create(CultureInfo.InvariantCulture, $$"""
            {{_settings}}
            node { name = {{name}}, folder = "{{folder}}/data" }
            http.port = {{port}}
            cluster { roles = [{{roles}}], asks.port = {{asks}}, spool.folder = "{{folder}}/spool" }
            """));
        var node = new TestNode(name, folder, port, asks, operands);
        _nodes.Add(node);
        return node;
    }

    /// <summary>Waits until one node knows an owner of every shard of a region.</summary>
    public static async Task OwnedAsync(TestNode node, string region, CancellationToken stop)
    {
        while ((await node.GetAsync($"cluster/shards/{region}", stop)).GetProperty("regions").EnumerateArray()
            .Any(shard => shard.GetProperty("owner").ValueKind != JsonValueKind.String))
            await Task.Delay(100, stop);
    }

    /// <summary>Epoch of each shard of a region, as stored.</summary>
    public async Task<Dictionary<int, long>> EpochsAsync(string region, CancellationToken stop)
    {
        var epochs = new Dictionary<int, long>();
        await using var command = Store.CreateCommand("SELECT shard, epoch FROM shard_owner WHERE region = $1");
        command.Parameters.AddWithValue(region);
        await using var rows = await command.ExecuteReaderAsync(stop);
        while (await rows.ReadAsync(stop)) epochs[rows.GetInt32(0)] = rows.GetInt64(1);
        return epochs;
    }

    /// <summary>Messages that wait in shard queues to be delivered, and dead letters.</summary>
    public async Task<(long Waiting, long Dead)> QueuesAsync()
    {
        var (waiting, dead) = (0L, 0L);
        var names = new TopologyNames(Prefix);
        foreach (var line in (await _rabbit.ControlAsync("list_queues", "--no-table-headers", "name", "messages_ready")).Split('\n'))
        {
            if (line.Split('\t') is not [var name, var text] || !long.TryParse(text, CultureInfo.InvariantCulture, out var messages)) continue;
            if (name == names.DeadLetters) dead += messages;
            else if (name.StartsWith($"{Prefix}.", StringComparison.Ordinal)) waiting += messages;
        }
        return (waiting, dead);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) node.Dispose();
        await Store.DisposeAsync();
    }

    private static void WriteSecret(string path, string secret)
    {
        File.WriteAllText(path, secret + "\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
