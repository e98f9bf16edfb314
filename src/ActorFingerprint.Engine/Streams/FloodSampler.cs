using ActorFingerprint.Protocols;

namespace ActorFingerprint.Engine.Streams;

/// <summary>
/// Thins out what a live source brings above a rate of new messages a second of frame time, fairly: the first messages of each device in a
/// second pass, however loud the others are; of the rest, a share drawn by flow and second. A flow that has passed goes on passing, so
/// that no hello loses its second part. DHCP passes always and is not counted. At most three times the rate passes in a second. A clock that is
/// set back begins anew; a step of one second back is ordinary disorder. Fixed tables; one thread at a time.
/// </summary>
/// <param name="rate">New messages a second; above 0.</param>
internal sealed class FloodSampler(int rate)
{
    /// <summary>Messages of one device that pass in a second whatever the others send.</summary>
    public const int PerDevice = 8;

    /// <summary>Packets that a flow may go on with in a second.</summary>
    public const int PerFlow = 64;

    private const int FlowSlots = 1 << 14;
    private const int DeviceSets = 1 << 12;
    private const int Ways = 4;

    private readonly FlowSlot[] _flows = new FlowSlot[FlowSlots];
    private readonly DeviceSlot[] _devices = new DeviceSlot[DeviceSets * Ways];
    private long _second = long.MinValue;
    private int _messages;
    private int _messagesBefore;
    private int _promised;
    private int _drawn;

    /// <summary>True when a packet is to be parsed.</summary>
    public bool Passes(in PacketHeader packet)
    {
        if (packet.Interest is Interest.Dhcp or Interest.Dhcpv6) return true;
        var second = packet.AtTicks / TimeSpan.TicksPerSecond;
        if (second > _second || second < _second - 1) Begin(second);
        ref var flow = ref _flows[packet.FlowHash & (FlowSlots - 1)];
        if (flow.Hash == packet.FlowHash && flow.Second >= _second - 1 && flow.Packets < PerFlow)
        {
            flow = new FlowSlot(packet.FlowHash, _second, flow.Second == _second ? flow.Packets + 1 : 1);
            return true;
        }
        _messages++;
        var isPromised = IsAmongFirst(in packet);
        if (_messages > rate && !(isPromised && _promised++ < rate) && !(IsDrawn(packet.FlowHash) && _drawn++ < rate)) return false;
        flow = new FlowSlot(packet.FlowHash, _second, 1);
        return true;
    }

    private void Begin(long second)
    {
        _messagesBefore = second == _second + 1 ? _messages : 0;
        (_second, _messages, _promised, _drawn) = (second, 0, 0, 0);
    }

    /// <summary>
    /// Counts the device's messages in this second. A device for which there is no room in the table is promised nothing: then there are
    /// more devices than any network has, and they are made up.
    /// </summary>
    private bool IsAmongFirst(in PacketHeader packet)
    {
        var device = DeviceOf(in packet);
        foreach (ref var slot in _devices.AsSpan((int)(device & (DeviceSets - 1)) * Ways, Ways))
        {
            if (slot.Second != _second) slot = new DeviceSlot(device, _second, 0);
            else if (slot.Device != device) continue;
            slot = slot with { Messages = slot.Messages + 1 };
            return slot.Messages <= PerDevice;
        }
        return false;
    }

    /// <summary>The sender on its link and its address: behind a router many share the first.</summary>
    private static ulong DeviceOf(in PacketHeader packet)
    {
        var (high, low) = packet.Source.Bits;
        return Mix(Mix(packet.SourceMac.Value ^ high) ^ low);
    }

    /// <summary>
    /// Drawn so that about the rate passes of as many messages as came in the second before, or have come already: the second in which a flood
    /// begins draws more, up to the rate.
    /// </summary>
    private bool IsDrawn(uint flow) =>
        (Mix(flow ^ (ulong)_second << 32) >> 32) * (ulong)Math.Max(_messages, _messagesBefore) < (ulong)rate << 32;

    private static ulong Mix(ulong value)
    {
        value = (value ^ value >> 32) * 0x9E3779B97F4A7C15;
        value = (value ^ value >> 29) * 0xD6E8FEB86659FD93;
        return value ^ value >> 32;
    }

    private readonly record struct FlowSlot(uint Hash, long Second, int Packets);

    private readonly record struct DeviceSlot(ulong Device, long Second, int Messages);
}
