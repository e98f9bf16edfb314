using ActorFingerprint.Core.Fingerprints;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Core.Devices;

/// <summary>
/// The DHCP messages of one device that told nothing new: an equal one in the same state and hour tells nothing new either, and need not be
/// looked at again. A client's messages come again and again; with this, one touches two cache lines of its device instead of some fifteen.
/// Mutable, one thread at a time; what it answers never differs from <see cref="Device.Observe"/>.
/// </summary>
public sealed class DhcpRecall
{
    /// <summary>Kinds of message, and two messages of each: a client asks in one way for a new lease and in another to renew it.</summary>
    private const int Kinds = 8;
    private const int Ways = 2;

    private readonly Entry[] _entries = new Entry[Kinds * Ways];

    /// <summary>
    /// True when the message is equal to one that told nothing new; then <paramref name="number"/> is the number of its fingerprint value in the
    /// history, as the counters know it. One with hits of a watchlist is never known: the list may be newer than what was learned.
    /// </summary>
    public bool Knows(DeviceState state, DhcpObservation dhcp, out int number)
    {
        var hour = NoveltyWindows.HourOf(dhcp.AtTicks);
        foreach (ref readonly var entry in EntriesOf(dhcp))
        {
            if (!ReferenceEquals(entry.Options, dhcp.Options) || !ReferenceEquals(entry.State, state) || entry.HourStartTicks != hour
                || entry.MessageType != dhcp.MessageType || entry.Op != dhcp.Op
                || entry.ClientAddress != dhcp.ClientAddress || entry.YourAddress != dhcp.YourAddress || dhcp.Hits.Count > 0) continue;
            number = entry.Number;
            return true;
        }
        number = 0;
        return false;
    }

    /// <summary>The message told nothing new in this state.</summary>
    public void Learn(DeviceState state, DhcpObservation dhcp)
    {
        if (dhcp.Hits.Count > 0) return;
        var entries = EntriesOf(dhcp);
        entries[1] = entries[0];
        entries[0] = new Entry
        {
            State = state,
            Options = dhcp.Options,
            MessageType = dhcp.MessageType,
            Op = dhcp.Op,
            HourStartTicks = NoveltyWindows.HourOf(dhcp.AtTicks),
            ClientAddress = dhcp.ClientAddress,
            YourAddress = dhcp.YourAddress,
            Number = dhcp.IsFingerprint ? state.History(DeviceNews.KindOf(dhcp.MessageType)).Find(dhcp.Options.OrderedString!)?.Number ?? 0 : NoFingerprint,
        };
    }

    /// <summary>Instead of a number: the message holds no fingerprint.</summary>
    internal const int NoFingerprint = -1;

    private Span<Entry> EntriesOf(DhcpObservation dhcp) => _entries.AsSpan(((int)dhcp.MessageType & (Kinds - 1)) * Ways, Ways);

    private struct Entry
    {
        public DeviceState? State;
        public DhcpOptions? Options;
        public long HourStartTicks;
        public NetworkAddress ClientAddress;
        public NetworkAddress YourAddress;
        public int Number;
        public DhcpMessageType MessageType;
        public byte Op;
    }
}
