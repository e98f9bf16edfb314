using System.Net;
using ActorFingerprint.Engine;
using ActorFingerprint.Engine.Membership;
using ActorFingerprint.Node.Audit;
using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Node.Http;
using ActorFingerprint.Node.Output;
using ActorFingerprint.Node.Security;
using Microsoft.Extensions.Logging;

namespace ActorFingerprint.Node.Hosting;

/// <summary>A running node: engine, captures, HTTP and audit log, started in this order and stopped in phases.</summary>
public sealed class NodeHost
{
    /// <summary>Name of the audit log in the node folder.</summary>
    public const string AuditFileName = "audit.log";

    private const string TokenFileName = "token";
    private readonly CoordinatedShutdown _shutdown;
    private readonly ILogger _log;
    private readonly TaskCompletionSource<string> _shutdownRequested = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly SideSources _others;
    private readonly NodeDrain _drain;
    private readonly ReplayJobs? _replays;

    private HttpServer? _server;

    private NodeHost(
        ActorFingerprintOptions options, INodeEngine engine, CaptureController captures, AuditLog audit, ILogger log, TimeProvider time)
    {
        (Engine, Captures, _log) = (engine, captures, log);
        _others = new SideSources(options, engine, audit, log, time);
        _drain = new NodeDrain(captures, _others.StopAsync, _others.Start, FlushAsync);
        _replays = ReplaysOf(engine, audit, log, time);
        var stop = options.CoordinatedShutdown;
        _shutdown = new CoordinatedShutdown(time, phase =>
            phase == CoordinatedShutdown.ClusterShardingShutdownRegion ? stop.ShardRegionTimeout : stop.PhaseTimeout);
        _shutdown.PhaseStarted += phase => NodeLog.ShutdownPhase(log, phase);
    }

    /// <summary>The engine.</summary>
    public INodeEngine Engine { get; }

    /// <summary>The sources.</summary>
    public CaptureController Captures { get; }

    /// <summary>Asks devices; null when it is off.</summary>
    public Prober? Prober => _others.Prober;

    /// <summary>Where HTTP listens; null when it is switched off.</summary>
    public Uri? Address { get; private set; }

    /// <summary>Completes with the reason when the node is asked to stop over HTTP.</summary>
    public Task<string> ShutdownRequested => _shutdownRequested.Task;

    /// <summary>Where the tokens of a node are.</summary>
    public static string TokenFileOf(ActorFingerprintOptions options) =>
        options.Http.TokenFile.Length > 0 ? options.Http.TokenFile : Path.Combine(options.Node.Folder, TokenFileName);

    /// <summary>
    /// Starts a node and its sources. What cannot start stops what did. Throws <see cref="Persistence.Store.StoreException"/>,
    /// <see cref="InvalidDataException"/> (audit log, token file) or <see cref="IOException"/> (address in use).
    /// </summary>
    public static async Task<NodeHost> StartAsync(
        INodeComposition composition, ActorFingerprintOptions options, IReadOnlyList<CaptureTarget> targets, ILoggerFactory logging,
        LogLevels levels, TimeProvider time, CancellationToken stop)
    {
        var log = logging.CreateLogger<NodeHost>();
        var engine = await composition.StartEngineAsync(options, logging, stop);
        AuditLog? audit = null;
        NodeHost? host = null;
        try
        {
            audit = OpenAudit(options, log, time);
            host = new NodeHost(options, engine,
                new CaptureController(engine, audit, logging.CreateLogger<CaptureController>(), targets), audit, log, time);
            host.AddShutdownTasks(audit);
            if (options.Http.Enabled) await host.ServeAsync(options, audit, logging, levels, time, stop);
            audit.Append(new AuditEntry(AuditEvents.Node, "node", "started"));
            if (engine.Fingerbank is not null) audit.Append(new AuditEntry(AuditEvents.OptIn, "node", "started") { Source = "fingerbank" });
            NodeLog.Started(log, options.Node.Name, options.Node.Folder);
            if (engine.LeaveAsked is { } leave) _ = host.FollowAsync(leave);
            if (targets.Count == 0 && options.Leases.Files.Count == 0) NodeLog.NoSources(log);
            await host.Captures.StartAllAsync(stop);
            host._others.Start();
            if (host.Prober is { } && engine.IdentificationMetrics is { } metrics) metrics.Probes = () => host.Prober?.Counts ?? default;
            return host;
        }
        catch
        {
            if (host is not null)
            {
                await host.Captures.StopAllAsync(CancellationToken.None);
                if (host._server is { } server) await server.DisposeAsync();
            }
            audit?.Dispose();
            await engine.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Stops in order: sources, HTTP, shards, journal. Later calls join the first. True when every task was done in time.
    /// </summary>
    public async Task<bool> StopAsync(string reason)
    {
        NodeLog.Stopping(_log, reason);
        var problems = await _shutdown.RunAsync();
        foreach (var problem in problems) NodeLog.ShutdownProblem(_log, problem.ToString());
        NodeLog.Stopped(_log);
        return problems.Count == 0;
    }

    private async Task FollowAsync(Task<string> leave) => _shutdownRequested.TrySetResult(await leave);

    private static AuditLog OpenAudit(ActorFingerprintOptions options, ILogger log, TimeProvider time)
    {
        var path = Path.Combine(options.Node.Folder, AuditFileName);
        if (File.Exists(path) && AuditLog.Verify(path) is { IsIntact: false } broken)
            NodeLog.AuditNotIntact(log, path, broken.BadLine!.Value, broken.Problem!);
        return AuditLog.Open(path, time);
    }

    private static ReplayJobs? ReplaysOf(INodeEngine engine, AuditLog audit, ILogger log, TimeProvider time)
    {
        if (engine.Maintenance is not { } store) return null;
        var replays = new ReplayJobs(store, () => engine.Signatures?.Classifier, time, log);
        replays.Ended += replay => audit.Append(
            new AuditEntry(AuditEvents.Admin, "node", replay.State.ToString().ToLowerInvariant()) { Detail = $"replay {replay.Id}" });
        return replays;
    }

    private void AddShutdownTasks(AuditLog audit)
    {
        _shutdown.AddTask(CoordinatedShutdown.BeforeServiceUnbind, "stop captures", Captures.StopAllAsync);
        _shutdown.AddTask(CoordinatedShutdown.BeforeServiceUnbind, "stop probes and leases", _others.StopAsync);
        _shutdown.AddTask(CoordinatedShutdown.BeforeServiceUnbind, "stop replays", async stop =>
        {
            if (_replays is not null) await _replays.DisposeAsync().AsTask().WaitAsync(stop);
        });
        _shutdown.AddTask(CoordinatedShutdown.ClusterShardingShutdownRegion, "commit and stop shards", Engine.StopShardsAsync);
        _shutdown.AddTask(CoordinatedShutdown.ActorSystemTerminate, "close the store", async _ =>
        {
            try
            {
                await Engine.DisposeAsync();
            }
            finally
            {
                if (Engine.Fingerbank is not null) audit.Append(new AuditEntry(AuditEvents.OptIn, "node", "stopped") { Source = "fingerbank" });
                audit.Append(new AuditEntry(AuditEvents.Node, "node", "stopped"));
                audit.Dispose();
            }
        });
    }

    /// <summary>All that was read is durable and in the read side; snapshots make the next start short.</summary>
    private async Task FlushAsync(CancellationToken stop)
    {
        if (Engine.Maintenance is not { } store) return;
        await store.SnapshotAsync(stop);
        await store.CatchUpAsync(stop);
    }

    private async Task ServeAsync(
        ActorFingerprintOptions options, AuditLog audit, ILoggerFactory logging, LogLevels levels, TimeProvider time, CancellationToken stop)
    {
        var tokens = TokenFile.OpenOrCreate(TokenFileOf(options));
        Action<string> requestShutdown = reason => _shutdownRequested.TrySetResult(reason);
        var alone = new SingleNodeCluster(() => SelfOf(options.Http), Engine.Maintenance, time, requestShutdown);
        var services = new HttpServices(
            options, Engine, Captures, audit, tokens, logging, time, requestShutdown,
            new NodeManagement(Engine.Cluster ?? alone, Engine.ClusterControl ?? alone, _drain, levels, Engine.Maintenance, _replays));
        var server = _server = await HttpServer.StartAsync(services, stop);
        _shutdown.AddTask(CoordinatedShutdown.ServiceUnbind, "stop HTTP", server.StopAsync);
        _shutdown.AddTask(CoordinatedShutdown.ServiceStop, "close HTTP", async _ => await server.DisposeAsync());
        Address = server.Address;
        NodeLog.Listening(_log, server.Address.ToString(), tokens.Path);
        if (!options.Http.IsLoopback && !options.Http.IsHttps) NodeLog.InsecureRemote(_log, server.Address.ToString());
    }

    /// <summary>Address of a node that runs alone: where its HTTP listens, under the name of the machine when that is everywhere.</summary>
    private NodeAddress SelfOf(HttpOptions http)
    {
        var bind = IPAddress.Parse(http.Bind);
        var host = bind.Equals(IPAddress.Any) || bind.Equals(IPAddress.IPv6Any) ? Environment.MachineName : bind.ToString();
        return new NodeAddress(Uri.CheckHostName(host) == UriHostNameType.Unknown ? "localhost" : host, _server?.Address.Port ?? http.Port);
    }
}
