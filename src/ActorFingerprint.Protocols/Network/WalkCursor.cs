using System.Runtime.CompilerServices;

namespace ActorFingerprint.Protocols.Network;

/// <summary>The kind of header that the next bytes are.</summary>
internal enum Layer : byte
{
    Done,
    Ethernet,
    EtherType,
    Llc,
    Ppp,
    Mpls,
    Ieee80211,
    SwappedIeee80211,
    AggregatedSubframe,
    Ip,
    Ipv4,
    Ipv6,
    IpPayload,
    Gre,
    Tcp,
    Udp,
}

/// <summary>Position of a walk in one frame: readers take their header off the front of <see cref="Rest"/> and name what follows.</summary>
internal ref struct WalkCursor(ReadOnlySpan<byte> bytes, bool isFrameCut)
{
    /// <summary>Tunnel headers that one packet may carry; real networks stack two or three.</summary>
    public const int MaxDepth = 8;

    /// <summary>What is left, without the trailing bytes that an outer length excluded.</summary>
    public ReadOnlySpan<byte> Rest = bytes;

    /// <summary>Offset of <see cref="Rest"/> in the walked bytes.</summary>
    public int Offset;

    /// <summary>EtherType, PPP protocol or IP protocol of <see cref="Rest"/>, as the layer before said.</summary>
    public int Next;

    /// <summary>The capture holds less than the whole frame.</summary>
    public readonly bool IsFrameCut = isFrameCut;

    /// <summary>How the walk ended.</summary>
    public WalkOutcome Outcome;

    /// <summary>Filled along the way.</summary>
    public WalkDetail Detail;

    /// <summary>Steps over <paramref name="count"/> bytes, which must be there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Advance(int count)
    {
        Rest = Rest[count..];
        Offset += count;
    }

    /// <summary>Forgets everything behind the next <paramref name="count"/> bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Trim(int count) => Rest = Rest[..count];

    /// <summary>Goes on at <paramref name="layer"/> with what names it.</summary>
    public Layer Enter(Layer layer, int next)
    {
        Next = next;
        return layer;
    }

    /// <summary>Goes on inside a tunnel: the outer link's addresses are not those of the packet inside.</summary>
    public Layer EnterTunnel(Layer layer, ref PacketHeader header, int next = 0)
    {
        if (++Detail.Depth > MaxDepth) return Fail(Malformed.TunnelTooDeep);
        header.SourceMac = default;
        header.DestinationMac = default;
        header.Vlan = 0;
        return Enter(layer, next);
    }

    /// <summary>Ends the walk for a reason that is nobody's fault.</summary>
    public Layer Stop(WalkOutcome outcome, int number = 0)
    {
        Outcome = outcome;
        Detail.Number = number;
        return Layer.Done;
    }

    /// <summary>Ends the walk at bytes that cannot be right.</summary>
    public Layer Fail(Malformed fault)
    {
        Outcome = WalkOutcome.Malformed;
        Detail.Fault = fault;
        return Layer.Done;
    }

    /// <summary>Ends the walk with <see cref="Rest"/> as the payload.</summary>
    public Layer Deliver(WalkOutcome outcome, ref PacketHeader header)
    {
        header.PayloadOffset = Offset;
        header.PayloadLength = Rest.Length;
        Outcome = outcome;
        return Layer.Done;
    }
}
