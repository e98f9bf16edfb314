namespace ActorFingerprint.Protocols;

/// <summary>What <see cref="MinuteMemory"/> knew of a value.</summary>
public enum Recollection : byte
{
    /// <summary>Not seen in this minute; remembered from now on.</summary>
    New,
    /// <summary>Seen in this minute.</summary>
    Repeat,
    /// <summary>Not seen, and no room to remember it: under a flood, the rest of the minute is not worth more.</summary>
    NoRoom,
}

/// <summary>
/// Which values a stage has seen in the current aligned minute of frame time: announcements that repeat tell nothing new. A fixed
/// table, made at the first use; nothing grows. Values are 64-bit hashes; two that collide are taken for one.
/// </summary>
/// <param name="setBits">2 to the power of this many sets of four values.</param>
public sealed class MinuteMemory(int setBits)
{
    private const int Ways = 4;

    private ulong[]? _values;
    private long _minute = long.MinValue;
    private int _free;

    /// <summary>
    /// First frame of the minute's values: a reading that is resumed there remembers the same. <see cref="long.MaxValue"/> when
    /// nothing is remembered.
    /// </summary>
    public long OldestFrame { get; private set; } = long.MaxValue;

    /// <summary>Stream time has come to <paramref name="atTicks"/>; values of an earlier minute are forgotten.</summary>
    public void Advance(long atTicks)
    {
        if (atTicks / TimeSpan.TicksPerMinute > _minute) OldestFrame = long.MaxValue;
    }

    /// <summary>
    /// True when nothing new can be remembered in the packet's minute: a stage need not read a packet to know that it will not tell of it.
    /// </summary>
    public bool IsFull(in PacketHeader packet) =>
        _free == 0 && OldestFrame != long.MaxValue && packet.AtTicks / TimeSpan.TicksPerMinute == _minute;

    /// <summary>Looks a value up, and remembers it when it is new.</summary>
    /// <param name="hash">Hash of the value, well mixed (<see cref="ContentHash"/>); 0 counts as 1.</param>
    /// <param name="packet">The packet that showed it.</param>
    public Recollection Recall(ulong hash, in PacketHeader packet)
    {
        if (hash == 0) hash = 1;
        var minute = packet.AtTicks / TimeSpan.TicksPerMinute;
        if (minute != _minute || OldestFrame == long.MaxValue) Start(minute, packet.ResumeFrame);
        var set = _values.AsSpan(((int)hash & ((1 << setBits) - 1)) * Ways, Ways);
        foreach (ref var value in set)
        {
            if (value == hash) return Recollection.Repeat;
            if (value != 0) continue;
            value = hash;
            _free--;
            return Recollection.New;
        }
        return Recollection.NoRoom;
    }

    private void Start(long minute, long firstFrame)
    {
        if (_values is null) _values = new ulong[Ways << setBits];
        else Array.Clear(_values);
        (_minute, OldestFrame, _free) = (minute, firstFrame, _values.Length);
    }
}
