using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace ActorFingerprint.Engine.Journal;

/// <summary>CRC-32C (Castagnoli, RFC 3720 §12.1), by the processor's instruction where it has one.</summary>
public static class Crc32C
{
    /// <summary>The checksum of no bytes, before <see cref="Finish"/>.</summary>
    public const uint Start = 0xFFFFFFFF;

    /// <summary>Adds bytes to a running checksum.</summary>
    public static uint Append(uint running, ReadOnlySpan<byte> data)
    {
        while (data.Length >= sizeof(ulong))
        {
            running = BitOperations.Crc32C(running, BinaryPrimitives.ReadUInt64LittleEndian(data));
            data = data[sizeof(ulong)..];
        }
        foreach (var b in data) running = BitOperations.Crc32C(running, b);
        return running;
    }

    /// <summary>Turns a running checksum into the final one.</summary>
    public static uint Finish(uint running) => ~running;

    /// <summary>The checksum of one span.</summary>
    public static uint Of(ReadOnlySpan<byte> data) => Finish(Append(Start, data));
}

/// <summary>
/// The checksum of a stored event or snapshot: CRC-32C over persistence id, sequence number, manifest and payload. Each text is
/// preceded by its length (32 bits, little-endian), so that no byte can move from one field to the next unseen.
/// </summary>
public static class RowChecksum
{
    /// <summary>The checksum of a row whose texts are UTF-8 already.</summary>
    public static uint Of(ReadOnlySpan<byte> persistenceId, long sequenceNumber, ReadOnlySpan<byte> manifest, ReadOnlySpan<byte> payload)
    {
        var running = BitOperations.Crc32C(Crc32C.Start, (uint)persistenceId.Length);
        running = Crc32C.Append(running, persistenceId);
        running = BitOperations.Crc32C(running, (ulong)sequenceNumber);
        running = BitOperations.Crc32C(running, (uint)manifest.Length);
        running = Crc32C.Append(running, manifest);
        return Crc32C.Finish(Crc32C.Append(running, payload));
    }

    /// <summary>The checksum of a row.</summary>
    public static uint Of(string persistenceId, long sequenceNumber, string manifest, ReadOnlySpan<byte> payload)
    {
        Span<byte> id = stackalloc byte[256];
        Span<byte> tag = stackalloc byte[256];
        return Of(Utf8(persistenceId, id), sequenceNumber, Utf8(manifest, tag), payload);
    }

    private static ReadOnlySpan<byte> Utf8(string text, Span<byte> buffer) =>
        Encoding.UTF8.TryGetBytes(text, buffer, out var written) ? buffer[..written] : Encoding.UTF8.GetBytes(text);
}
