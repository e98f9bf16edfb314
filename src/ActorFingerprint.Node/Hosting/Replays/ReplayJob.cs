using ActorFingerprint.Engine.Projections;

namespace ActorFingerprint.Node.Hosting;

/// <summary>What a replay is for.</summary>
public enum ReplayMode
{
    /// <summary>Asks today's classifier about every device, and compares. Changes nothing.</summary>
    DryRun,
    /// <summary>Devices as they were at a time. Changes nothing.</summary>
    AsOf,
    /// <summary>Builds the read side anew.</summary>
    Rebuild,
}

/// <summary>How a replay stands.</summary>
public enum ReplayState
{
    /// <summary>It reads.</summary>
    Running,
    /// <summary>Done.</summary>
    Completed,
    /// <summary>Somebody, or the end of the node, stopped it.</summary>
    Cancelled,
    /// <summary>It could not go on.</summary>
    Failed,
}

/// <summary>A replay that is asked for.</summary>
/// <param name="Mode">What for.</param>
/// <param name="AsOfTicks">The time of <see cref="ReplayMode.AsOf"/>, UTC ticks of frame time; null for the others.</param>
public sealed record ReplayRequest(ReplayMode Mode, long? AsOfTicks);

/// <summary>A replay at one moment.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Request">What was asked for.</param>
/// <param name="State">How it stands.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="EndedAt">When it ended; null while it runs.</param>
/// <param name="Events">Events read so far; of a rebuild, the ordering that the read side has reached.</param>
/// <param name="EventsTotal">The journal's last ordering when it began: what <paramref name="Events"/> comes close to.</param>
/// <param name="Devices">Devices that it looked at; null before the end, and for a rebuild.</param>
/// <param name="Changed">Of a dry run, devices whose answer would be another; null before the end.</param>
/// <param name="Problem">Why it failed, in one line.</param>
public sealed record ReplayStatus(
    string Id, ReplayRequest Request, ReplayState State, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, long Events, long EventsTotal,
    long? Devices, long? Changed, string? Problem);

/// <summary>What a replay found, at most <see cref="ReplayJobs.MaxRows"/> of it, by device key. One of the two, by its mode.</summary>
/// <param name="Total">How many there are, those that were not kept included.</param>
/// <param name="AsOf">Devices as they were.</param>
/// <param name="Changes">Devices whose answer would be another.</param>
public sealed record ReplayRows(long Total, IReadOnlyList<DeviceRow>? AsOf, IReadOnlyList<Reclassification>? Changes);
