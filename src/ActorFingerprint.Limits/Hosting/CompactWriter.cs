using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using ActorFingerprint.Limits.Keys;
using ActorFingerprint.Limits.Scores;

namespace ActorFingerprint.Limits.Hosting;

/// <summary>
/// Writes the limiter's compact form: what one node tells another, and what an entity holds in memory alone. Numbers are LEB128, digests
/// 16 and keys 32 bytes, big-endian. Read by <see cref="CompactReader"/>.
/// </summary>
public sealed class CompactWriter(IBufferWriter<byte> output)
{
    /// <summary>A number ≥ 0.</summary>
    public void Number(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        var span = output.GetSpan(10);
        var length = 0;
        for (var rest = (ulong)value; ; rest >>= 7)
        {
            span[length++] = (byte)(rest < 0x80 ? rest : rest | 0x80);
            if (rest < 0x80) break;
        }
        output.Advance(length);
    }

    /// <summary>One byte.</summary>
    public void Byte(byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }

    /// <summary>Eight bytes.</summary>
    public void Fixed(ulong value)
    {
        BinaryPrimitives.WriteUInt64BigEndian(output.GetSpan(8), value);
        output.Advance(8);
    }

    /// <summary>A name inside an entity.</summary>
    public void Digest(KeyDigest digest)
    {
        Fixed(digest.High);
        Fixed(digest.Low);
    }

    /// <summary>Key of an entity.</summary>
    public void Key(LimiterKey key)
    {
        Fixed(key.A);
        Fixed(key.B);
        Fixed(key.C);
        Fixed(key.D);
    }

    /// <summary>Bytes, with their length before them.</summary>
    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        Number(bytes.Length);
        output.Write(bytes);
    }

    /// <summary>Text as UTF-8, with its length before it.</summary>
    public void Text(string text) => Bytes(Encoding.UTF8.GetBytes(text));

    /// <summary>A window; one that has expired is written as empty. True when it has not.</summary>
    internal bool Window(in BoundedWindow window, int lifetime, long now)
    {
        var count = window.CountAt(now, lifetime);
        Number(count);
        if (count == 0) return false;
        Number(window.Start);
        for (var i = 0; i < count; i++) Digest(window[i]);
        return true;
    }
}
