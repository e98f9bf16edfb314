using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace ActorFingerprint.Protocols.Quic;

/// <summary>A connection ID of 0 to 20 bytes, by value.</summary>
internal readonly struct ConnectionId
{
    private readonly Storage _bytes;
    private readonly byte _length;

    /// <param name="bytes">At most <see cref="QuicPacketReader.MaxConnectionId"/> bytes.</param>
    public ConnectionId(ReadOnlySpan<byte> bytes)
    {
        var storage = default(Storage);
        bytes.CopyTo(storage);
        _bytes = storage;
        _length = (byte)bytes.Length;
    }

    /// <summary>The bytes.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> Bytes => ((ReadOnlySpan<byte>)_bytes)[.._length];

    [InlineArray(QuicPacketReader.MaxConnectionId)]
    private struct Storage
    {
        private byte _first;
    }
}
