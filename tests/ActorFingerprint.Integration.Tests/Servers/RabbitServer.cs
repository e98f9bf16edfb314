using System.Diagnostics;
using System.Globalization;

namespace ActorFingerprint.Integration.Tests.Servers;

/// <summary>
/// A RabbitMQ broker of its own, of one node or several, on free ports of 127.0.0.1 with its data in a temporary folder and an epmd of its own.
/// Nodes can be stopped, killed, held still and started again, by process id.
/// </summary>
public sealed class RabbitServer : IAsyncDisposable
{
    private const string Programs = "/usr/lib/rabbitmq/bin";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _folder;
    private readonly int _epmdPort;
    private readonly ServerProcess _epmd;

    private RabbitServer(string folder, int nodes, string[] settings)
    {
        (_folder, _epmdPort) = (folder, ServerProcess.FreePort());
        var home = Directory.CreateDirectory(Path.Combine(folder, "home")).FullName;
        var cookie = Path.Combine(home, ".erlang.cookie");
        File.WriteAllText(cookie, Guid.NewGuid().ToString("N"));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(cookie, UnixFileMode.UserRead);
        _epmd = ServerProcess.Start("epmd", ["-address", "127.0.0.1", "-port", _epmdPort.ToString(CultureInfo.InvariantCulture)]);
        Nodes = [.. Enumerable.Range(1, nodes).Select(n => new RabbitNode(this, $"rabbit{n}@localhost", Path.Combine(folder, $"rabbit{n}")))];
        foreach (var node in Nodes) node.Configure(Nodes, settings);
    }

    /// <summary>Why no broker can be started here, or null.</summary>
    public static string? Absence { get; } = File.Exists(Path.Combine(Programs, "rabbitmq-server"))
        ? null
        : "no RabbitMQ server program (Debian: apt-get install rabbitmq-server)";

    /// <summary>The nodes.</summary>
    public IReadOnlyList<RabbitNode> Nodes { get; }

    /// <summary>The first node.</summary>
    public RabbitNode Node => Nodes[0];

    /// <summary>Addresses of all nodes.</summary>
    public IReadOnlyList<Uri> Addresses => [.. Nodes.Select(node => node.Address)];

    /// <summary>Starts a broker of one node or of several that form a cluster. <paramref name="settings"/> are further lines of configuration.</summary>
    public static async Task<RabbitServer> StartNewAsync(int nodes = 1, params string[] settings)
    {
        var server = new RabbitServer(Directory.CreateTempSubdirectory("actorfp-rabbit-").FullName, nodes, settings);
        try
        {
            await server.Node.StartAsync(); // the others join the first
            foreach (var node in server.Nodes.Skip(1)) await node.StartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs <c>rabbitmqctl</c> against the first node; what it printed.</summary>
    public async Task<string> ControlAsync(params string[] arguments)
    {
        using var control = ServerProcess.Start(Path.Combine(Programs, "rabbitmqctl"), ["-q", .. arguments], EnvironmentOf(Node));
        var watch = Stopwatch.StartNew();
        while (!control.HasExited && watch.Elapsed < Patience) await Task.Delay(50);
        return control.Output;
    }

    /// <summary>Bytes of the broker's data.</summary>
    public long DataBytes => new DirectoryInfo(_folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    /// <summary>Kills what runs and removes the folder.</summary>
    public ValueTask DisposeAsync()
    {
        foreach (var node in Nodes) node.Dispose();
        _epmd.Dispose();
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    internal ServerProcess StartProgram(RabbitNode node) =>
        ServerProcess.Start(Path.Combine(Programs, "rabbitmq-server"), [], EnvironmentOf(node));

    private Dictionary<string, string> EnvironmentOf(RabbitNode node) => new()
    {
        ["HOME"] = Path.Combine(_folder, "home"),
        ["RABBITMQ_NODENAME"] = node.Name,
        ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
        ["RABBITMQ_NODE_PORT"] = node.Port.ToString(CultureInfo.InvariantCulture),
        ["RABBITMQ_DIST_PORT"] = node.DistributionPort.ToString(CultureInfo.InvariantCulture),
        ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
        ["ERL_EPMD_PORT"] = _epmdPort.ToString(CultureInfo.InvariantCulture),
        // Loopback alone between nodes, no spinning schedulers beside the tests, and lost nodes noticed soon.
        ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] =
            "-kernel inet_dist_use_interface {127,0,0,1} -kernel net_ticktime 10 +sbwt none +sbwtdcpu none +sbwtdio none",
        ["RABBITMQ_MNESIA_BASE"] = Path.Combine(node.Folder, "data"),
        ["RABBITMQ_LOG_BASE"] = Path.Combine(node.Folder, "log"),
        ["RABBITMQ_CONFIG_FILE"] = Path.Combine(node.Folder, "rabbitmq.conf"),
        ["RABBITMQ_ADVANCED_CONFIG_FILE"] = Path.Combine(node.Folder, "advanced.config"),
        ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(node.Folder, "enabled_plugins"),
        ["RABBITMQ_CONF_ENV_FILE"] = Path.Combine(node.Folder, "no-environment"),
        ["RUNNING_UNDER_SYSTEMD"] = "true", // the start script becomes the server, so its process id is the server's
    };
}

/// <summary>A node of a <see cref="RabbitServer"/>.</summary>
public sealed class RabbitNode : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly RabbitServer _server;
    private ServerProcess? _process;

    internal RabbitNode(RabbitServer server, string name, string folder)
    {
        (_server, Name, Folder) = (server, name, folder);
        (Port, DistributionPort) = (ServerProcess.FreePort(), ServerProcess.FreePort());
    }

    /// <summary>Name in the cluster.</summary>
    public string Name { get; }

    /// <summary>Its AMQP port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>Where clients connect.</summary>
    public Uri Address => new(string.Create(CultureInfo.InvariantCulture, $"amqp://127.0.0.1:{Port}"));

    /// <summary>Process id; 0 while it is stopped.</summary>
    public int ProcessId => _process is { HasExited: false } running ? running.Id : 0;

    internal int DistributionPort { get; }

    internal string Folder { get; }

    /// <summary>Starts it (again) and waits until it takes connections.</summary>
    public async Task StartAsync()
    {
        _process?.Dispose();
        _process = _server.StartProgram(this);
        var watch = Stopwatch.StartNew();
        while (!_process.Output.Contains("completed with", StringComparison.Ordinal))
        {
            if (_process.HasExited || watch.Elapsed > Patience) throw new InvalidOperationException($"{Name} did not start:\n{_process.Output}");
            await Task.Delay(50);
        }
    }

    /// <summary>Stops it in order.</summary>
    public Task StopAsync() => _process?.StopAsync() ?? Task.CompletedTask;

    /// <summary>Kills it.</summary>
    public Task KillAsync() => _process?.KillAsync() ?? Task.CompletedTask;

    /// <summary>Holds it still: connections stay open and nothing answers.</summary>
    public void Suspend() => _process?.Suspend();

    /// <summary>Lets it go on.</summary>
    public void Resume() => _process?.Resume();

    /// <summary>Kills it.</summary>
    public void Dispose() => _process?.Dispose();

    internal void Configure(IReadOnlyList<RabbitNode> all, IEnumerable<string> settings)
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText(Path.Combine(Folder, "enabled_plugins"), "[].\n");
        File.WriteAllText(Path.Combine(Folder, "advanced.config"), "[].\n");
        List<string> lines =
        [
            string.Create(CultureInfo.InvariantCulture, $"listeners.tcp.1 = 127.0.0.1:{Port}"),
            "disk_free_limit.absolute = 50MB",
            "vm_memory_high_watermark.absolute = 1GB",
            "raft.wal_max_size_bytes = 33554432",
            "raft.segment_max_entries = 256",
            .. settings,
        ];
        if (all.Count > 1)
        {
            lines.Add("cluster_formation.peer_discovery_backend = rabbit_peer_discovery_classic_config");
            lines.AddRange(all.Select((node, at) => string.Create(CultureInfo.InvariantCulture, $"cluster_formation.classic_config.nodes.{at + 1} = {node.Name}")));
        }
        File.WriteAllLines(Path.Combine(Folder, "rabbitmq.conf"), lines);
    }
}
