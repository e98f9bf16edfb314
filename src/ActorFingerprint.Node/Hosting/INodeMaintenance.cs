using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Identification;
using ActorFingerprint.Engine.Membership;
using ActorFingerprint.Engine.Projections;
using ActorFingerprint.Engine.Sharding;

namespace ActorFingerprint.Node.Hosting;

/// <summary>
/// Work on the shards and the store of a running node that somebody asks for. Everything may be asked for twice. Throws
/// <see cref="Engine.Journal.JournalUnavailableException"/> while storage refuses.
/// </summary>
public interface INodeMaintenance
{
    /// <summary>Regions of this node by name, and its shards.</summary>
    IReadOnlyList<(string Region, IReadOnlyList<HostedShard> Shards)> Regions { get; }

    /// <summary>How far the read side is behind the journal; null when another node keeps it.</summary>
    ProjectionLag? Lag { get; }

    /// <summary>Passivates devices without a message for <paramref name="idle"/>, zero for all; how many, once their snapshots are durable.</summary>
    Task<int> PassivateAsync(TimeSpan idle, CancellationToken stop);

    /// <summary>Passivates one device; false when it is not in memory.</summary>
    Task<bool> PassivateAsync(DeviceKey device, CancellationToken stop);

    /// <summary>Snapshots what changed since it was snapshotted last; how many snapshots, once they are durable.</summary>
    Task<int> SnapshotAsync(CancellationToken stop);

    /// <summary>Returns once the read side shows what is committed now.</summary>
    Task CatchUpAsync(CancellationToken stop);

    /// <summary>The last ordering of the journal, against which the progress of a replay is measured.</summary>
    Task<long> EndAsync(CancellationToken stop);

    /// <summary>Devices as they were at a time (UTC ticks of frame time), from the journal alone. Changes nothing.</summary>
    Task<IReadOnlyList<DeviceRow>> ReplayAsOfAsync(long atTicks, IProgress<long> progress, CancellationToken stop);

    /// <summary>What the classifier says of every device in the journal today, beside what was journaled. Changes nothing.</summary>
    Task<IReadOnlyList<Reclassification>> ReclassifyAsync(DeviceClassifier classifier, IProgress<long> progress, CancellationToken stop);

    /// <summary>
    /// Builds the read side anew from the first event, while it answers with what is applied so far. Goes on when nobody waits any more. Reports
    /// the ordering that it has reached.
    /// </summary>
    Task RebuildAsync(IProgress<long> progress, CancellationToken stop);
}
