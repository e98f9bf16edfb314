using ActorFingerprint.Node.Audit;
using ActorFingerprint.Node.Configuration;
using Microsoft.Extensions.Logging;

namespace ActorFingerprint.Node.Hosting;

/// <summary>What a node reads besides its captures: answers of devices that it asks, and lease files.</summary>
internal sealed class SideSources(ActorFingerprintOptions options, INodeEngine engine, AuditLog audit, ILogger log, TimeProvider time)
{
    private readonly Lock _gate = new();
    private LeaseFollower? _leases;

    /// <summary>Asks devices; null when it is off or stopped.</summary>
    public Prober? Prober { get; private set; }

    /// <summary>Starts what the configuration names; does nothing when it runs. Throws <see cref="IOException"/> when that cannot be recorded.</summary>
    public void Start()
    {
        lock (_gate)
        {
            Prober ??= Prober.Start(options, engine, audit, log, time);
            _leases ??= LeaseFollower.Start(options.Leases, engine, audit, log, time);
        }
    }

    /// <summary>Stops; what was read is committed. Does nothing when nothing runs.</summary>
    public async Task StopAsync(CancellationToken stop)
    {
        Prober? prober;
        LeaseFollower? leases;
        lock (_gate) (prober, leases, Prober, _leases) = (Prober, _leases, null, null);
        if (prober is not null) await prober.DisposeAsync().AsTask().WaitAsync(stop);
        if (leases is not null) await leases.DisposeAsync().AsTask().WaitAsync(stop);
    }
}
