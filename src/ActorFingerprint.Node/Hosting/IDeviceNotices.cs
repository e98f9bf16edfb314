using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Node.Hosting;

/// <summary>What happened to a device, at a place in the journal.</summary>
/// <param name="Ordering">Position in the journal; the id of the event on a stream.</param>
/// <param name="Device">The device.</param>
/// <param name="Event">What happened.</param>
public sealed record DeviceNotice(long Ordering, DeviceKey Device, DeviceEvent Event)
{
    /// <summary>The name on an event stream; null for events that are not announced.</summary>
    public string? Topic => Event switch
    {
        DeviceEvent.FirstSeen => "new-device",
        DeviceEvent.FingerprintObserved => "fingerprint-changed",
        DeviceEvent.FactObserved { Kind: FactKind.WatchlistHit } => "watchlist-hit",
        DeviceEvent.FactObserved => "new-fact",
        DeviceEvent.Classified => "classified",
        DeviceEvent.ChurnDetected or DeviceEvent.ChurnSuppressed => "churn",
        _ => null,
    };
}

/// <summary>Device events in the order of the journal, past and live. Erased events do not appear.</summary>
public interface IDeviceNotices
{
    /// <summary>Notices after an ordering, oldest first, at most <paramref name="max"/>; fewer only at the end of the journal.</summary>
    Task<IReadOnlyList<DeviceNotice>> ReadAsync(long afterOrdering, int max, CancellationToken stop);

    /// <summary>Notices committed from now on, in order. Never waits for a reader: the reader must be quick.</summary>
    IAsyncEnumerable<DeviceNotice> FollowAsync(CancellationToken stop);

    /// <summary>The newest committed ordering that was read here; behind the journal's own for as long as it takes to hear of it.</summary>
    long LastOrdering { get; }

    /// <summary>The newest ordering of the journal itself, whichever node wrote it.</summary>
    Task<long> HighestOrderingAsync(CancellationToken stop);
}
