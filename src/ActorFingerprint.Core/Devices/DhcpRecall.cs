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
    private const int Slots = 8;

    private readonly Entry[] _entries = new Entry[Slots];

    /// <summary>
    /// True when the message is equal to one that told nothing new; then <paramref name="number"/> is the number of its fingerprint value in the
    /// history, as the counters know it.
    /// </summary>
    public bool Knows(DeviceState state, DhcpObservation dhcp, out int number)
    {
        ref var entry = ref SlotOf(dhcp);
        number = entry.Number;
        return ReferenceEquals(entry.State, state) && ReferenceEquals(entry.Options, dhcp.Options)
            && entry.MessageType == dhcp.MessageType && entry.Op == dhcp.Op && entry.HourStartTicks == NoveltyWindows.HourOf(dhcp.AtTicks)
            && entry.ClientAddress == dhcp.ClientAddress && entry.YourAddress == dhcp.YourAddress;
    }

    /// <summary>The message told nothing new in this state.</summary>
    public void Learn(DeviceState state, DhcpObservation dhcp) => SlotOf(dhcp) = new Entry
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

    /// <summary>Instead of a number: the message holds no fingerprint.</summary>
    internal const int NoFingerprint = -1;

    private ref Entry SlotOf(DhcpObservation dhcp) => ref _entries[(int)dhcp.MessageType & (Slots - 1)];

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
