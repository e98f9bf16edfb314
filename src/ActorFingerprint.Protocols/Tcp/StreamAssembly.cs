namespace ActorFingerprint.Protocols.Tcp;

/// <summary>A place in a direction where a hello may start.</summary>
/// <param name="Sequence">Sequence number of its record.</param>
/// <param name="IsHelloRead">The hello was read: what the stream still waits for is the server's certificate behind it.</param>
/// <param name="Looks">How often it was read in vain.</param>
/// <param name="Needed">Bytes from it on without which the next look is in vain, too.</param>
internal readonly record struct StreamStart(uint Sequence, bool IsHelloRead, int Looks = 0, int Needed = 0)
{
    /// <summary>
    /// Looks at every new segment, so that bytes which cannot go on are known for it at once; after them what is needed is waited for, or
    /// one flow of tiny segments would have the same records walked again for each.
    /// </summary>
    private const int EarlyLooks = 64;

    /// <summary>With so many bytes there, it is worth reading.</summary>
    public bool IsDue(int length) => Looks < EarlyLooks || length >= Needed;

    /// <summary>The same after a look that found too little.</summary>
    public StreamStart LookedAt(int length, int missing) => this with { Looks = Looks + 1, Needed = length + missing };
}

/// <summary>What is buffered of one direction: its segments and the places where a hello may start.</summary>
internal sealed class StreamAssembly
{
    private const int MaxStarts = 8;

    public StreamAssembly() => Node = new LinkedListNode<StreamAssembly>(this);

    /// <summary>Its place in the table's order of opening.</summary>
    public LinkedListNode<StreamAssembly> Node { get; }

    /// <summary>The direction.</summary>
    public FlowKey Key { get; private set; }

    /// <summary>Frame from which the first segment can be read again.</summary>
    public long FirstFrame { get; private set; }

    /// <summary>Frame time of the first segment, UTC ticks.</summary>
    public long FirstTicks { get; private set; }

    /// <summary>The segments.</summary>
    public SegmentBuffer Segments { get; } = new();

    /// <summary>Bytes of memory that the table has accounted for.</summary>
    public int Accounted { get; set; }

    /// <summary>Places where a hello may start, in order of arrival.</summary>
    public List<StreamStart> Starts { get; } = [];

    /// <summary>A hello has started; else the segments are a stash of data that may have overtaken its start.</summary>
    public bool IsAnchored => Starts.Count > 0;

    /// <summary>Begins a new life.</summary>
    public void Open(FlowKey key, long frame, long atTicks) => (Key, FirstFrame, FirstTicks, Accounted) = (key, frame, atTicks, 0);

    /// <summary>Notes that a hello may start at <paramref name="sequence"/>. A ninth place is ignored.</summary>
    public void AddStart(uint sequence, bool isHelloRead = false)
    {
        if (Starts.Count < MaxStarts && !Starts.Exists(start => start.Sequence == sequence))
            Starts.Add(new StreamStart(sequence, isHelloRead));
    }

    /// <summary>Drops the places in <paramref name="length"/> bytes from <paramref name="sequence"/> on: they lay in hellos.</summary>
    public void RemoveStartsWithin(uint sequence, int length) =>
        Starts.RemoveAll(start => unchecked(start.Sequence - sequence) < (uint)length);

    /// <summary>Ends its life and returns the memory.</summary>
    public void Close()
    {
        Segments.Clear();
        Starts.Clear();
    }
}
