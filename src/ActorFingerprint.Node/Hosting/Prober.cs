using ActorFingerprint.Core.Net;
using ActorFingerprint.Engine.Capture;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Node.Audit;
using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Node.Probing;
using Microsoft.Extensions.Logging;

namespace ActorFingerprint.Node.Hosting;

/// <summary>Asks devices what the configuration allows, with a line in the audit log for the start, the end and each contact.</summary>
public sealed class Prober : IAsyncDisposable
{
    private readonly INodeEngine _engine;
    private readonly AuditLog _audit;
    private readonly ILogger _log;
    private readonly ProbeClient _client;
    private readonly ProbeSource _source;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    private Prober(ActorFingerprintOptions options, INodeEngine engine, AuditLog audit, ILogger log, TimeProvider time)
    {
        (_engine, _audit, _log) = (engine, audit, log);
        _client = new ProbeClient(options.Probing.Timeout, time);
        var networks = options.Capture.LocalNetworks.Select(text => NetworkPrefix.TryParse(text, out var network) ? network : default);
        _source = new ProbeSource(options.Probing, [.. networks], engine.Notices, engine.Devices, _client.AskAsync, Record, time);
        _running = RunAsync();
    }

    /// <summary>Contacts made, and those that brought something.</summary>
    public (long Contacts, long Answers) Counts => (_source.Contacts, _source.Answers);

    /// <summary>Starts; null when nothing may be asked. Throws <see cref="IOException"/> when the start cannot be recorded.</summary>
    public static Prober? Start(ActorFingerprintOptions options, INodeEngine engine, AuditLog audit, ILogger log, TimeProvider time)
    {
        if (!options.Probing.IsOn) return null;
        audit.Append(new AuditEntry(AuditEvents.OptIn, "node", "started") { Source = ProbeSource.SourceName });
        NodeLog.ProbingOn(log);
        return new Prober(options, engine, audit, log, time);
    }

    /// <summary>Stops; what was answered is committed.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _audit.Append(new AuditEntry(AuditEvents.OptIn, "node", "stopped") { Source = ProbeSource.SourceName });
        _client.Dispose();
        _stop.Dispose();
    }

    private void Record(ProbeTarget target) => _audit.Append(
        new AuditEntry(AuditEvents.Contact, "node", "asked") { Source = target.Kind, Subject = _engine.PersistenceIdOf(target.Device) });

    private async Task RunAsync()
    {
        try
        {
            await using (_source) await _engine.RunAsync(_source, _stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // the node stops
        }
        catch (Exception error) when (error is CaptureException or JournalUnavailableException or JournalCorruptException or IOException)
        {
            NodeLog.CaptureFailed(_log, ProbeSource.SourceName, error.Message); // IOException: a contact that cannot be recorded is not made
        }
    }
}
