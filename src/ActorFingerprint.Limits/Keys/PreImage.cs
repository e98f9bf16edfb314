using System.Buffers.Binary;
using System.Text;

namespace ActorFingerprint.Limits.Keys;

/// <summary>
/// Writes the pre-image of a key: each component as <c>uint32</c> big-endian byte length and its UTF-8 bytes (AF-1 §3), so that no two
/// lists of components share one. The buffer belongs to the caller and must hold everything: components are bounded at the edge.
/// </summary>
public ref struct PreImage(Span<byte> buffer)
{
    private readonly Span<byte> _buffer = buffer;
    private int _length;

    /// <summary>What has been written.</summary>
    public readonly ReadOnlySpan<byte> Written => _buffer[.._length];

    /// <summary>Appends a text component; null is the empty text.</summary>
    public void Add(ReadOnlySpan<char> text) => Close(Encoding.UTF8.GetBytes(text, _buffer[(_length + 4)..]));

    /// <summary>Appends a component that is UTF-8 already.</summary>
    public void AddUtf8(ReadOnlySpan<byte> text)
    {
        text.CopyTo(_buffer[(_length + 4)..]);
        Close(text.Length);
    }

    /// <summary>Appends a fingerprint as its 64 lower-case hex digits.</summary>
    public void Add(in Identity.DeviceFingerprint fingerprint) =>
        Close(fingerprint.WriteHex(_buffer[(_length + 4)..]));

    /// <summary>Appends an address scope, <paramref name="prefix"/> bits long, as text.</summary>
    public void Add(in AddressScope address, int prefix) => Close(address.WriteText(_buffer[(_length + 4)..], prefix));

    private void Close(int written)
    {
        BinaryPrimitives.WriteInt32BigEndian(_buffer[_length..], written);
        _length += 4 + written;
    }
}
