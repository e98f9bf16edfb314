using System.Runtime.CompilerServices;
using ActorFingerprint.Core.Net;

namespace ActorFingerprint.Protocols.Network;

/// <summary>
/// Decides frame by frame which stage wants it, on the captured bytes, without a copy and (reassembly buffers apart, which are pooled)
/// without an allocation. Deterministic: the answer depends on the frames since <see cref="OldestOpenFrame"/> alone. One thread at a
/// time.
/// </summary>
/// <remarks>
/// A frame may hold more than one packet (A-MSDU): while <see cref="HasMore"/>, call <see cref="TestNext"/>. The fault of a frame is
/// counted in <see cref="Counters"/>, never thrown.
/// </remarks>
public sealed class InterestTest
{
    private const ProtocolSet Streams = ProtocolSet.Tls | ProtocolSet.Http | ProtocolSet.Ssh | ProtocolSet.Banner | ProtocolSet.Smb;
    private const byte Syn = 0x02;
    private const byte FirstNeighbourMessage = 133;
    private const byte LastNeighbourMessage = 136;
    private const byte NeighborSolicitation = 135;
    private const byte NeighborAdvertisement = 136;
    private const int NeighborTarget = 8;
    private const int ArpSenderAddress = 14;

    /// <summary>Flow budgets are forgotten when frame time enters another aligned stretch of this length.</summary>
    private const long WindowTicks = TimeSpan.TicksPerMinute;

    private readonly ProtocolSet _wanted;
    private readonly bool _areStreamsWanted;
    private readonly bool _areHandshakesWanted;
    private readonly UdpInterest _udp;
    private readonly Defragmenter _defragmenter;
    private readonly FlowBudgets _budgets;
    private long _windowStart = long.MinValue / 2;
    private long _windowFirstFrame = long.MaxValue;
    private WalkDetail _more;
    private bool _isMoreInDatagram;

    /// <summary>Allocates the tables once. Options out of their range throw <see cref="ArgumentOutOfRangeException"/>.</summary>
    public InterestTest(InterestOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.FlowSetBits, 8);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.FlowSetBits, 22);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Defragment.MaxDatagrams, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Defragment.MaxBytes, 65536);
        _wanted = options.Protocols;
        _areStreamsWanted = (_wanted & Streams) != 0;
        _areHandshakesWanted = (_wanted & ProtocolSet.Tcp) != 0;
        _udp = new UdpInterest(_wanted);
        _defragmenter = new Defragmenter(options.Defragment, options.Trace);
        _budgets = new FlowBudgets(options.FlowSetBits);
    }

    /// <summary>What became of every packet so far.</summary>
    public WalkCounters Counters { get; } = new();

    /// <summary>The frame just tested holds another packet.</summary>
    public bool HasMore { get; private set; }

    /// <summary>
    /// The first frame on which a later answer may depend: that of the oldest datagram under assembly, or of the current minute of flow
    /// budgets. A test that starts there answers as this one will. <see cref="long.MaxValue"/> when nothing is open.
    /// </summary>
    public long OldestOpenFrame => Math.Min(_defragmenter.OldestOpenFrame, _areStreamsWanted ? _windowFirstFrame : long.MaxValue);

    /// <summary>Tests the first, mostly only, packet of a frame.</summary>
    /// <param name="linkType">Link type of the frame's interface.</param>
    /// <param name="bytes">The captured bytes.</param>
    /// <param name="wireLength">Length on the wire.</param>
    /// <param name="frame">1-based number of the frame in its source.</param>
    /// <param name="atTicks">Capture time, UTC ticks.</param>
    /// <param name="header">Gets the network facts; complete when the answer is not <see cref="Interest.None"/>.</param>
    /// <param name="payload">
    /// Gets the transport payload, a part of <paramref name="bytes"/> or, for a reassembled datagram, of a buffer that is valid until the
    /// next frame is tested.
    /// </param>
    public Interest Test(LinkType linkType, ReadOnlySpan<byte> bytes, int wireLength, long frame, long atTicks,
        ref PacketHeader header, out ReadOnlySpan<byte> payload)
    {
        if ((ulong)(atTicks - _windowStart) >= WindowTicks) StartWindow(frame, atTicks);
        header.Frame = frame;
        header.AtTicks = atTicks;
        HasMore = false;
        if (linkType == LinkType.Ethernet && FrameWalker.TryWalkPlainTcp(bytes, wireLength, ref header))
        {
            header.ResumeFrame = frame;
            return JudgeTcp(bytes, ref header, out payload);
        }
        var outcome = FrameWalker.WalkAny(linkType, bytes, wireLength, ref header, out var detail);
        return Judge(outcome, bytes, false, ref header, ref detail, out payload);
    }

    /// <summary>Tests the next packet of the same frame, while <see cref="HasMore"/>.</summary>
    /// <param name="bytes">The captured bytes, as given to <see cref="Test"/>.</param>
    /// <param name="header">The header of the packet before; overwritten.</param>
    /// <param name="payload">Gets the transport payload.</param>
    public Interest TestNext(ReadOnlySpan<byte> bytes, ref PacketHeader header, out ReadOnlySpan<byte> payload)
    {
        if (!HasMore) throw new InvalidOperationException("the frame holds no further packet: check HasMore first");
        Counters.ExtraPacket();
        HasMore = false;
        var walked = _isMoreInDatagram ? _defragmenter.Datagram : bytes;
        var outcome = FrameWalker.WalkNext(walked, _more, ref header, out var detail);
        return Judge(outcome, walked, _isMoreInDatagram, ref header, ref detail, out payload);
    }

    private void StartWindow(long frame, long atTicks)
    {
        _windowStart = atTicks - atTicks % WindowTicks;
        _windowFirstFrame = frame;
        _budgets.StartOver();
        _defragmenter.Advance(atTicks, Counters);
    }

    private Interest Judge(WalkOutcome outcome, ReadOnlySpan<byte> bytes, bool isDatagram, ref PacketHeader header,
        scoped ref WalkDetail detail, out ReadOnlySpan<byte> payload)
    {
        header.ResumeFrame = header.Frame;
        while (true)
        {
            if (detail.MoreLength != 0 && !HasMore) KeepMore(detail, isDatagram);
            switch (outcome)
            {
                case WalkOutcome.Tcp:
                    return JudgeTcp(bytes, ref header, out payload);
                case WalkOutcome.Udp:
                    return JudgeUdp(bytes, ref header, out payload);
                case WalkOutcome.Fragment when TryReassemble(bytes, ref header, ref detail, out var protocol):
                    bytes = _defragmenter.Datagram;
                    isDatagram = true;
                    outcome = FrameWalker.WalkDatagram(bytes, protocol, detail.Depth, ref header, out detail);
                    continue;
                case WalkOutcome.Fragment:
                    payload = default;
                    return Interest.None;
                case WalkOutcome.Arp or WalkOutcome.Lldp or WalkOutcome.Cdp or WalkOutcome.Icmpv6:
                    return JudgeNeighbour(outcome, bytes, ref header, out payload);
                default:
                    Count(outcome, detail);
                    payload = default;
                    return Interest.None;
            }
        }
    }

    private Interest JudgeTcp(ReadOnlySpan<byte> bytes, ref PacketHeader header, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        if (header.PayloadLength == 0)
            return (header.TcpFlags & Syn) != 0 && _areHandshakesWanted && header.NetworkOffset >= 0
                ? TakeHandshake(bytes, ref header, out payload)
                : Uninteresting(PacketFate.TcpEmpty);
        if (!_areStreamsWanted) return Uninteresting(PacketFate.TcpDisabled);
        var segment = bytes.Slice(header.PayloadOffset, header.PayloadLength);
        var flow = FlowHash.Compute(header, IpProtocol.Tcp, out var isReversed);
        var isHello = HelloStart.TryRead(segment, out var announced, out var following);
        var helloBudget = isHello ? FlowBudgets.ForHello(announced, following) : 0;
        if (!_budgets.TrySpend(flow, isReversed, segment.Length, helloBudget)) return Uninteresting(PacketFate.TcpBulk);
        header.ResumeFrame = Math.Min(header.ResumeFrame, _windowFirstFrame);
        return Take(Interest.TcpStream, (uint)flow, segment, ref header, out payload);
    }

    /// <summary>All handshakes of one sender go to one partition: its stage sees which of them repeat.</summary>
    private Interest TakeHandshake(ReadOnlySpan<byte> bytes, ref PacketHeader header, out ReadOnlySpan<byte> payload) =>
        Take(Interest.TcpHandshake, FlowHash.Of(header.Source), bytes[header.NetworkOffset..header.PayloadOffset], ref header, out payload);

    private Interest JudgeUdp(ReadOnlySpan<byte> bytes, ref PacketHeader header, out ReadOnlySpan<byte> payload)
    {
        var datagram = bytes.Slice(header.PayloadOffset, header.PayloadLength);
        var interest = _udp.Of(header, datagram);
        if (interest != Interest.None)
            return Take(interest, (uint)FlowHash.Compute(header, IpProtocol.Udp, out _), datagram, ref header, out payload);
        payload = default;
        return Uninteresting(PacketFate.UdpOther);
    }

    /// <summary>
    /// The protocols below UDP and TCP. ARP and neighbour discovery go where all packets of the claimed address go, so that a stage sees
    /// two machines that claim it; LLDP and CDP go by the sender's hardware address.
    /// </summary>
    private Interest JudgeNeighbour(WalkOutcome outcome, ReadOnlySpan<byte> bytes, ref PacketHeader header, out ReadOnlySpan<byte> payload)
    {
        var message = bytes.Slice(header.PayloadOffset, header.PayloadLength);
        payload = default;
        switch (outcome)
        {
            case WalkOutcome.Arp when (_wanted & ProtocolSet.Arp) != 0:
                var sender = message.Length >= ArpSenderAddress + 4 ? NetworkAddress.ReadV4(message[ArpSenderAddress..]) : default;
                return Take(Interest.Arp, FlowHash.Of(sender), message, ref header, out payload);
            case WalkOutcome.Icmpv6 when (_wanted & ProtocolSet.Icmpv6) != 0 && message is [>= FirstNeighbourMessage and <= LastNeighbourMessage, ..]:
                return Take(Interest.Icmpv6, FlowHash.Of(ClaimedAddress(header.Source, message)), message, ref header, out payload);
            case WalkOutcome.Icmpv6:
                return Uninteresting(PacketFate.OtherIpProtocol);
            case WalkOutcome.Lldp when (_wanted & ProtocolSet.Lldp) != 0:
                return Take(Interest.Lldp, FlowHash.Of(header.SourceMac), message, ref header, out payload);
            case WalkOutcome.Cdp when (_wanted & ProtocolSet.Cdp) != 0:
                return Take(Interest.Cdp, FlowHash.Of(header.SourceMac), message, ref header, out payload);
            default:
                return Uninteresting(PacketFate.NotIp);
        }
    }

    /// <summary>The target of an advertisement, or of a solicitation without a source (duplicate address detection); else the source.</summary>
    private static NetworkAddress ClaimedAddress(NetworkAddress source, ReadOnlySpan<byte> message) =>
        message.Length >= NeighborTarget + 16
        && (message[0] == NeighborAdvertisement || (message[0] == NeighborSolicitation && source.IsUnspecified))
            ? NetworkAddress.ReadV6(message[NeighborTarget..])
            : source;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Interest Take(
        Interest interest, uint flowHash, ReadOnlySpan<byte> taken, ref PacketHeader header, out ReadOnlySpan<byte> payload)
    {
        header.FlowHash = flowHash;
        header.Interest = interest;
        payload = taken;
        Counters.Taken(interest);
        return interest;
    }

    /// <summary>True when the fragment completed its datagram; otherwise its fate is counted.</summary>
    private bool TryReassemble(ReadOnlySpan<byte> bytes, ref PacketHeader header, scoped ref WalkDetail detail, out byte protocol)
    {
        protocol = 0;
        if (!TransportReader.IsReadable(detail.Fragment.Protocol, header.Source.IsV6))
        {
            Counters.Fate(PacketFate.OtherIpProtocol);
            return false;
        }
        if (header.IsTruncated)
        {
            Counters.Fate(PacketFate.FragmentCut);
            return false;
        }
        if (_isMoreInDatagram) HasMore = false; // the buffer with the other subframes is given back
        switch (_defragmenter.Add(header, detail.Fragment, bytes.Slice(header.PayloadOffset, header.PayloadLength), Counters))
        {
            case FragmentResult.Completed:
                protocol = _defragmenter.DatagramProtocol;
                header.ResumeFrame = Math.Min(header.ResumeFrame, _defragmenter.DatagramResumeFrame);
                return true;
            case FragmentResult.Refused:
                Counters.Fate(PacketFate.Malformed);
                Counters.Fault(Malformed.IpFragment);
                return false;
            default:
                Counters.Fate(PacketFate.FragmentHeld);
                return false;
        }
    }

    private void KeepMore(in WalkDetail detail, bool isDatagram)
    {
        _more = detail;
        _isMoreInDatagram = isDatagram;
        HasMore = true;
    }

    private Interest Uninteresting(PacketFate fate)
    {
        Counters.Fate(fate);
        return Interest.None;
    }

    private void Count(WalkOutcome outcome, in WalkDetail detail)
    {
        if (outcome == WalkOutcome.Malformed) Counters.Fault(detail.Fault);
        if (outcome == WalkOutcome.UnknownLinkType) Counters.UnknownLinkType(detail.Number);
        Counters.Fate(outcome switch
        {
            WalkOutcome.UnknownLinkType => PacketFate.UnknownLinkType,
            WalkOutcome.NotIp => PacketFate.NotIp,
            WalkOutcome.OtherIpProtocol => PacketFate.OtherIpProtocol,
            WalkOutcome.Ieee80211NotData => PacketFate.Ieee80211NotData,
            WalkOutcome.Ieee80211Protected => PacketFate.Ieee80211Protected,
            WalkOutcome.Ieee80211Fragment => PacketFate.Ieee80211Fragment,
            WalkOutcome.BadFrameCheck => PacketFate.BadFrameCheck,
            WalkOutcome.CapwapFragment => PacketFate.CapwapFragment,
            _ => PacketFate.Malformed,
        });
    }
}
