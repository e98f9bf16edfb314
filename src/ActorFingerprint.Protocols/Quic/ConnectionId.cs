using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace ActorFingerprint.Protocols.Quic;

/// <summary>A connection ID of 0 to 20 bytes, by value.</summary>
internal struct ConnectionId
{
    private Storage _bytes;
    private byte _length;

    /// <param name="bytes">At most <see cref="QuicPacketReader.MaxConnectionId"/> bytes.</param>
    public ConnectionId(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_bytes);
        _length = (byte)bytes.Length;
    }

    /// <summary>The bytes.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> Bytes => ((ReadOnlySpan<byte>)_bytes)[.._length];

    [InlineArray(QuicPacketReader.MaxConnectionId)]
    private struct Storage
    {
        private byte _first;
    }
}
