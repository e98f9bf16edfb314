using System.Runtime.CompilerServices;

namespace ActorFingerprint.Protocols.Network;

/// <summary>
/// Counts every packet of the interest test by the stage that it went to, or by its fate. <see cref="Frames"/> +
/// <see cref="ExtraPackets"/> is the sum over both.
/// Written by one thread; other threads may read slightly old values.
/// </summary>
public sealed class WalkCounters
{
    private readonly long[] _taken = new long[Enum.GetValues<Interest>().Length];
    private readonly long[] _fates = new long[Enum.GetValues<PacketFate>().Length];
    private readonly long[] _faults = new long[Enum.GetValues<Malformed>().Length];
    private readonly long[] _evictions = new long[Enum.GetValues<StateLimit>().Length];
    private readonly SortedDictionary<int, long> _unknownLinkTypes = [];

    /// <summary>Frames tested.</summary>
    public long Frames => Interesting + _fates.Sum() - ExtraPackets;

    /// <summary>Packets beyond the first of a frame (A-MSDU subframes).</summary>
    public long ExtraPackets { get; private set; }

    /// <summary>Packets that some stage wants.</summary>
    public long Interesting => _taken.Sum();

    /// <summary>Packets handed to the stages of this kind.</summary>
    public long this[Interest interest] => _taken[(int)interest];

    /// <summary>Packets with this fate.</summary>
    public long this[PacketFate fate] => _fates[(int)fate];

    /// <summary>Faults of this kind; an overlap that differs counts here although its packet goes on.</summary>
    public long this[Malformed fault] => _faults[(int)fault];

    /// <summary>Datagrams under assembly that were given up at this limit.</summary>
    public long this[StateLimit limit] => _evictions[(int)limit];

    /// <summary>Frames of link types without a reader, by the type's number. Not for use while frames are being tested.</summary>
    public IReadOnlyDictionary<int, long> UnknownLinkTypes => _unknownLinkTypes;

    internal void ExtraPacket() => ExtraPackets++;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Fate(PacketFate fate) => _fates[(int)fate]++;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Taken(Interest interest) => _taken[(int)interest]++;

    internal void Fault(Malformed fault) => _faults[(int)fault]++;

    internal void Evicted(StateLimit limit) => _evictions[(int)limit]++;

    internal void UnknownLinkType(int number) =>
        _unknownLinkTypes[number] = _unknownLinkTypes.GetValueOrDefault(number) + 1;
}
