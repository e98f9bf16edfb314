using ActorFingerprint.Capture.Leases;
using ActorFingerprint.Engine.Capture;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Node.Audit;
using ActorFingerprint.Node.Configuration;
using Microsoft.Extensions.Logging;

namespace ActorFingerprint.Node.Hosting;

/// <summary>Follows the lease files that the configuration names, with a line in the audit log when it begins and ends.</summary>
internal sealed class LeaseFollower : IAsyncDisposable
{
    private readonly INodeEngine _engine;
    private readonly AuditLog _audit;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    private LeaseFollower(INodeEngine engine, AuditLog audit, ILogger log, LeaseSource source)
    {
        (_engine, _audit, _log) = (engine, audit, log);
        _running = RunAsync(source);
    }

    /// <summary>Starts; null when no file is named. Throws <see cref="IOException"/> when the start cannot be recorded.</summary>
    public static LeaseFollower? Start(LeasesOptions options, INodeEngine engine, AuditLog audit, ILogger log, TimeProvider time)
    {
        if (options.Files is not { Count: > 0 } files) return null;
        audit.Append(new AuditEntry(AuditEvents.OptIn, "node", "started") { Source = LeaseSource.SourceName });
        NodeLog.LeasesFollowed(log, string.Join(", ", files.Select(file => file.Path)));
        var source = new LeaseSource(
            files, new LeaseWatch(files, options.Rescan, time), time, trouble => NodeLog.LeaseTrouble(log, trouble.ToString()));
        return new LeaseFollower(engine, audit, log, source);
    }

    /// <summary>Stops; what was read is committed.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _audit.Append(new AuditEntry(AuditEvents.OptIn, "node", "stopped") { Source = LeaseSource.SourceName });
        _stop.Dispose();
    }

    private async Task RunAsync(LeaseSource source)
    {
        try
        {
            await using (source) await _engine.RunAsync(source, _stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // the node stops
        }
        catch (Exception error) when (error is CaptureException or JournalUnavailableException or JournalCorruptException)
        {
            NodeLog.CaptureFailed(_log, LeaseSource.SourceName, error.Message);
        }
    }
}
