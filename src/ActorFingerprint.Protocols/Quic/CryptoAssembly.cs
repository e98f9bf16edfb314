using ActorFingerprint.Protocols.Tcp;

namespace ActorFingerprint.Protocols.Quic;

/// <summary>The handshake bytes of one direction of a connection that no whole hello was found in yet, by their offsets.</summary>
internal sealed class CryptoAssembly
{
    /// <summary>Largest offset that is taken: two of the largest hellos.</summary>
    private const ulong MaxOffset = 2 * SegmentBuffer.Window;

    private readonly SegmentBuffer _bytes = new();

    public CryptoAssembly() => Node = new LinkedListNode<CryptoAssembly>(this);

    /// <summary>Its place in the table's order of opening; in no list while it is not kept.</summary>
    public LinkedListNode<CryptoAssembly> Node { get; }

    /// <summary>The direction.</summary>
    public FlowKey Key { get; private set; }

    /// <summary>Hash of the connection's first Destination Connection ID.</summary>
    public ulong Connection { get; private set; }

    /// <summary>Frame from which the first bytes can be read again.</summary>
    public long FirstFrame { get; private set; }

    /// <summary>Frame time of the first bytes, UTC ticks.</summary>
    public long FirstTicks { get; private set; }

    /// <summary>Bytes of memory that the table has accounted for.</summary>
    public int Accounted { get; set; }

    /// <summary>Bytes of memory held.</summary>
    public int Footprint => _bytes.Footprint;

    /// <summary>Begins a new life.</summary>
    public void Open(FlowKey key, ulong connection, long frame, long atTicks) =>
        (Key, Connection, FirstFrame, FirstTicks, Accounted) = (key, connection, frame, atTicks, 0);

    /// <summary>Adds bytes; where they overlap others, the copy that came first wins. False when they lie outside the window.</summary>
    public bool TryAdd(ulong offset, ReadOnlySpan<byte> data) => offset <= MaxOffset && _bytes.TryAdd((uint)offset, data);

    /// <summary>The bytes from <paramref name="offset"/> on, up to the first gap.</summary>
    public ReadOnlySpan<byte> From(uint offset) => _bytes.Contiguous(offset);

    /// <summary>Ends its life and returns the memory.</summary>
    public void Close() => _bytes.Clear();
}
