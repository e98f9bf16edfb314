using ActorFingerprint.Engine;
using ActorFingerprint.Node.Audit;
using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Node.Http;
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

    private HttpServer? _server;
    private LeaseFollower? _leases;

    private NodeHost(ActorFingerprintOptions options, INodeEngine engine, CaptureController captures, ILogger log, TimeProvider time)
    {
        (Engine, Captures, _log) = (engine, captures, log);
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
    public Prober? Prober { get; private set; }

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
            TimeProvider time,
        CancellationToken stop)
    {
        var log = logging.CreateLogger<NodeHost>();
        var engine = await composition.StartEngineAsync(options, logging, stop);
        AuditLog? audit = null;
        NodeHost? host = null;
        try
        {
            audit = OpenAudit(options, log, time);
            host = new NodeHost(options, engine,
                new CaptureController(engine, audit, logging.CreateLogger<CaptureController>(), targets), log, time);
            host.AddShutdownTasks(audit);
            if (options.Http.Enabled) await host.ServeAsync(options, audit, logging, time, stop);
            audit.Append(new AuditEntry(AuditEvents.Node, "node", "started"));
            if (engine.Fingerbank is not null) audit.Append(new AuditEntry(AuditEvents.OptIn, "node", "started") { Source = "fingerbank" });
            NodeLog.Started(log, options.Node.Name, options.Node.Folder);
            if (targets.Count == 0 && options.Leases.Files.Count == 0) NodeLog.NoSources(log);
            await host.Captures.StartAllAsync(stop);
            host.Prober = Prober.Start(options, engine, audit, log, time);
            if (host.Prober is { } prober && engine.IdentificationMetrics is { } metrics) metrics.Probes = () => prober.Counts;
            host._leases = LeaseFollower.Start(options.Leases, engine, audit, log, time);
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

    private static AuditLog OpenAudit(ActorFingerprintOptions options, ILogger log, TimeProvider time)
    {
        var path = Path.Combine(options.Node.Folder, AuditFileName);
        if (File.Exists(path) && AuditLog.Verify(path) is { IsIntact: false } broken)
            NodeLog.AuditNotIntact(log, path, broken.BadLine!.Value, broken.Problem!);
        return AuditLog.Open(path, time);
    }

    private void AddShutdownTasks(AuditLog audit)
    {
        _shutdown.AddTask(CoordinatedShutdown.BeforeServiceUnbind, "stop captures", Captures.StopAllAsync);
        _shutdown.AddTask(CoordinatedShutdown.BeforeServiceUnbind, "stop probes", async stop =>
        {
            if (Prober is not null) await Prober.DisposeAsync().AsTask().WaitAsync(stop);
        });
        _shutdown.AddTask(CoordinatedShutdown.BeforeServiceUnbind, "stop leases", async stop =>
        {
            if (_leases is not null) await _leases.DisposeAsync().AsTask().WaitAsync(stop);
        });
        _shutdown.AddTask(CoordinatedShutdown.ClusterShardingShutdownRegion, "commit and stop shards", Engine.StopShardsAsync);
        _shutdown.AddTask(CoordinatedShutdown.ActorSystemTerminate, "close the store", async _ =>
        {
            await Engine.DisposeAsync();
            if (Engine.Fingerbank is not null) audit.Append(new AuditEntry(AuditEvents.OptIn, "node", "stopped") { Source = "fingerbank" });
            audit.Append(new AuditEntry(AuditEvents.Node, "node", "stopped"));
            audit.Dispose();
        });
    }

    private async Task ServeAsync(ActorFingerprintOptions options, AuditLog audit, ILoggerFactory logging, TimeProvider time,
        CancellationToken stop)
    {
        var tokens = TokenFile.OpenOrCreate(TokenFileOf(options));
        var services = new HttpServices(
            options, Engine, Captures, audit, tokens, logging, time, reason => _shutdownRequested.TrySetResult(reason));
        var server = _server = await HttpServer.StartAsync(services, stop);
        _shutdown.AddTask(CoordinatedShutdown.ServiceUnbind, "stop HTTP", server.StopAsync);
        _shutdown.AddTask(CoordinatedShutdown.ServiceStop, "close HTTP", async _ => await server.DisposeAsync());
        Address = server.Address;
        NodeLog.Listening(_log, server.Address.ToString(), tokens.Path);
        if (!options.Http.IsLoopback && !options.Http.IsHttps) NodeLog.InsecureRemote(_log, server.Address.ToString());
    }
}
