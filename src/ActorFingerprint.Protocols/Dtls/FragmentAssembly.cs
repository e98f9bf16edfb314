using ActorFingerprint.Protocols.Tcp;

namespace ActorFingerprint.Protocols.Dtls;

/// <summary>Which handshake message: its direction, and its number and type in there.</summary>
internal readonly record struct MessageKey(FlowKey Flow, ushort Number, byte Type);

/// <summary>
/// The fragments of one hello, in any order. Kept after it was whole, so that fragments that are sent again are known. Where fragments
/// overlap they agree; one that begins with other bytes belongs to another message on the same ports.
/// </summary>
internal sealed class FragmentAssembly
{
    private readonly SegmentBuffer _bytes = new();
    private int _length;

    public FragmentAssembly() => Node = new LinkedListNode<FragmentAssembly>(this);

    /// <summary>Its place in the table's order of opening.</summary>
    public LinkedListNode<FragmentAssembly> Node { get; }

    /// <summary>Which message.</summary>
    public MessageKey Key { get; private set; }

    /// <summary>Frame from which the first fragment can be read again.</summary>
    public long FirstFrame { get; private set; }

    /// <summary>Frame time of the first fragment, UTC ticks.</summary>
    public long FirstTicks { get; private set; }

    /// <summary>The message was whole.</summary>
    public bool IsRead { get; private set; }

    /// <summary>Bytes of memory that the table has accounted for.</summary>
    public int Accounted { get; set; }

    /// <summary>Bytes of memory held.</summary>
    public int Footprint => _bytes.Footprint;

    /// <summary>Begins a new life.</summary>
    public void Open(MessageKey key, int length, long frame, long atTicks)
    {
        (Key, _length, FirstFrame, FirstTicks) = (key, length, frame, atTicks);
        (IsRead, Accounted) = (false, 0);
    }

    /// <summary>True when the fragment can be a part of this message.</summary>
    public bool IsPart(in HandshakeFragment fragment)
    {
        if (fragment.MessageLength != _length) return false;
        var there = _bytes.Contiguous((uint)fragment.Offset);
        var common = Math.Min(there.Length, fragment.Bytes.Length);
        return there[..common].SequenceEqual(fragment.Bytes[..common]);
    }

    /// <summary>Adds a fragment; false when it makes too many separate runs.</summary>
    public bool TryAdd(in HandshakeFragment fragment) => _bytes.TryAdd((uint)fragment.Offset, fragment.Bytes);

    /// <summary>The message without its header, once: when the fragment before made it whole.</summary>
    public bool TryRead(out ReadOnlySpan<byte> message)
    {
        message = default;
        if (IsRead) return false;
        message = _bytes.Contiguous(0);
        return IsRead = message.Length == _length;
    }

    /// <summary>Ends its life and returns the memory.</summary>
    public void Close() => _bytes.Clear();
}
