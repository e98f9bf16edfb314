using ActorFingerprint.Core.Net;

namespace ActorFingerprint.Protocols.Tcp;

/// <summary>One direction of a TCP connection: innermost addresses and ports, compared whole. A value.</summary>
internal readonly record struct FlowKey
{
    private readonly ulong _sourceHigh;
    private readonly ulong _sourceLow;
    private readonly ulong _destinationHigh;
    private readonly ulong _destinationLow;
    private readonly ulong _ports;

    private FlowKey(NetworkAddress source, NetworkAddress destination, ushort sourcePort, ushort destinationPort)
    {
        (_sourceHigh, _sourceLow) = source.Bits;
        (_destinationHigh, _destinationLow) = destination.Bits;
        _ports = (ulong)sourcePort << 16 | destinationPort | (source.IsV6 ? 1UL << 32 : 0);
    }

    /// <summary>The direction in which <paramref name="packet"/> travels.</summary>
    public static FlowKey Of(in PacketHeader packet) => new(packet.Source, packet.Destination, packet.SourcePort, packet.DestinationPort);

    /// <summary>The direction of the answers to <paramref name="packet"/>.</summary>
    public static FlowKey OfAnswer(in PacketHeader packet) =>
        new(packet.Destination, packet.Source, packet.DestinationPort, packet.SourcePort);

    /// <summary>Mixes every member; tables built on it never depend on its order.</summary>
    public override int GetHashCode() => (int)(Mixed ^ Mixed >> 32);

    /// <summary>Every member mixed into 64 bits: a name for tables in which two directions may now and then be taken for one.</summary>
    public ulong Mixed
    {
        get
        {
            var hash = ContentHash.Mix(_sourceHigh ^ _ports, _destinationHigh ^ 0x9E3779B97F4A7C15);
            return ContentHash.Mix(hash ^ _sourceLow, (_destinationLow ^ 0xD6E8FEB86659FD93) + (_ports << 20));
        }
    }
}
