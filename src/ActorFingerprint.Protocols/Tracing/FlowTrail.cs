namespace ActorFingerprint.Protocols.Tracing;

/// <summary>One packet of a direction.</summary>
/// <param name="Frame">Its frame.</param>
/// <param name="AtTicks">Its time.</param>
/// <param name="Sequence">TCP sequence of its payload.</param>
/// <param name="Length">Bytes of its payload.</param>
/// <param name="Begins">A hello may begin in it.</param>
/// <param name="Fragments">The frames that it came in, when there are several.</param>
internal readonly record struct TracedPacket(long Frame, long AtTicks, uint Sequence, int Length, bool Begins, long[]? Fragments)
{
    /// <summary>Entries that it takes.</summary>
    public int Weight => 1 + (Fragments?.Length ?? 0);
}

/// <summary>The packets of one direction since its last observation. Holds no memory for those that have gone.</summary>
internal sealed class FlowTrail
{
    private const int KeptPackets = 16;

    private readonly List<TracedPacket> _packets = [];

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<TracedPacket> Packets => _packets;

    /// <summary>Entries of all packets.</summary>
    public int Weight { get; private set; }

    /// <summary>Adds a packet; the oldest go at a limit, and those from before a time. The packet itself stays.</summary>
    public void Add(in TracedPacket packet, long oldestTicks, int maxPackets, int maxWeight)
    {
        _packets.Add(packet);
        Weight += packet.Weight;
        var gone = 0;
        while (gone < _packets.Count - 1
            && (_packets.Count - gone > maxPackets || Weight > maxWeight || _packets[gone].AtTicks < oldestTicks)) Weight -= _packets[gone++].Weight;
        RemoveOldest(gone);
    }

    /// <summary>Forgets all packets.</summary>
    public void Clear()
    {
        Weight = 0;
        RemoveOldest(_packets.Count);
    }

    /// <summary>Forgets all packets but the latest, in which nothing begins any more.</summary>
    public void KeepLatest()
    {
        if (_packets.Count == 0) return;
        var latest = _packets[^1] with { Begins = false };
        RemoveOldest(_packets.Count - 1);
        _packets[0] = latest;
        Weight = latest.Weight;
    }

    private void RemoveOldest(int count)
    {
        if (count == 0) return;
        _packets.RemoveRange(0, count);
        if (_packets.Capacity > KeptPackets && _packets.Count < _packets.Capacity / 4) _packets.TrimExcess();
    }
}
