using System.Buffers;
using ActorFingerprint.Protocols;

namespace ActorFingerprint.Engine.Streams;

/// <summary>The interesting packets of one block for one lane: headers, and copies of their payloads in one pooled buffer.</summary>
internal sealed class SubBatch
{
    private const int InitialBytes = 64 * 1024;
    private const int InitialPackets = 64;

    private PacketHeader[] _headers = ArrayPool<PacketHeader>.Shared.Rent(InitialPackets);
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(InitialBytes);
    private int _used;

    /// <summary>Packets held.</summary>
    public int Count { get; private set; }

    /// <summary>Number of the block, from 0 in this run of the pipeline.</summary>
    public long Block { get; set; }

    /// <summary>Time at the end of the block by which state ages (<see cref="StreamTime.Current"/>).</summary>
    public long Time { get; set; }

    /// <summary>Copies a packet in.</summary>
    public void Add(in PacketHeader header, ReadOnlySpan<byte> payload)
    {
        if (Count == _headers.Length) Grow(ref _headers, Count, Count + 1);
        if (_used + payload.Length > _bytes.Length) Grow(ref _bytes, _used, _used + payload.Length);
        payload.CopyTo(_bytes.AsSpan(_used));
        ref var copy = ref _headers[Count++];
        copy = header;
        copy.PayloadOffset = _used;
        copy.PayloadLength = payload.Length;
        _used += payload.Length;
    }

    /// <summary>One header, by reference.</summary>
    public ref readonly PacketHeader Header(int index) => ref _headers[index];

    /// <summary>The payload behind a header.</summary>
    public ReadOnlySpan<byte> Payload(in PacketHeader header) => _bytes.AsSpan(header.PayloadOffset, header.PayloadLength);

    /// <summary>Empties it for the next block.</summary>
    public void Clear() => (Count, _used) = (0, 0);

    /// <summary>Gives the buffers back.</summary>
    public void Release()
    {
        ArrayPool<PacketHeader>.Shared.Return(_headers);
        ArrayPool<byte>.Shared.Return(_bytes);
        (_headers, _bytes) = ([], []);
        Clear();
    }

    private static void Grow<T>(ref T[] array, int used, int needed)
    {
        var larger = ArrayPool<T>.Shared.Rent(Math.Max(needed, array.Length * 2));
        array.AsSpan(0, used).CopyTo(larger);
        ArrayPool<T>.Shared.Return(array);
        array = larger;
    }
}
