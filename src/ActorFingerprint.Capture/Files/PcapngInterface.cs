using System.Buffers.Binary;
using ActorFingerprint.Protocols;

namespace ActorFingerprint.Capture.Files;

/// <summary>One interface of a pcapng section (draft-ietf-opsawg-pcapng §4.2): its link type and how it tells time.</summary>
internal readonly struct PcapngInterface
{
    private const ushort EndOfOptions = 0;
    private const ushort TimestampResolution = 9;
    private const ushort TimestampOffset = 14;
    private const byte Microseconds = 6;

    private readonly ulong _multiplier;
    private readonly ulong _divisor;
    private readonly int _shift;
    private readonly long _epochTicks;

    private PcapngInterface(LinkType linkType, uint snapLength, byte resolution, long offsetSeconds)
    {
        LinkType = linkType;
        SnapLength = snapLength;
        (_multiplier, _divisor, _shift) = Scale(resolution);
        _epochTicks = (long)Int128.Clamp(
            DateTime.UnixEpoch.Ticks + (Int128)offsetSeconds * TimeSpan.TicksPerSecond, long.MinValue / 2, long.MaxValue / 2);
    }

    /// <summary>Link type of its frames.</summary>
    public LinkType LinkType { get; }

    /// <summary>Longest captured length, bytes; 0 for no limit.</summary>
    public uint SnapLength { get; }

    /// <summary>Reads the body of an interface description block: what lies between its two lengths, at least 8 bytes.</summary>
    public static PcapngInterface Read(ReadOnlySpan<byte> body, bool isBigEndian)
    {
        var (resolution, offsetSeconds) = (Microseconds, 0L);
        for (var options = body[8..]; options.Length >= 4;)
        {
            var (code, length) = (Read16(options, isBigEndian), Read16(options[2..], isBigEndian));
            if (code == EndOfOptions || length > options.Length - 4) break;
            var value = options.Slice(4, length);
            if (code == TimestampResolution && length >= 1) resolution = value[0];
            if (code == TimestampOffset && length >= 8)
                offsetSeconds = isBigEndian ? BinaryPrimitives.ReadInt64BigEndian(value) : BinaryPrimitives.ReadInt64LittleEndian(value);
            options = options[Math.Min(options.Length, 4 + ((length + 3) & ~3))..];
        }
        var snapLength = isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(body[4..]) : BinaryPrimitives.ReadUInt32LittleEndian(body[4..]);
        return new PcapngInterface((LinkType)Read16(body, isBigEndian), snapLength, resolution, offsetSeconds);
    }

    /// <summary>UTC ticks of a timestamp in the interface's units, kept within the range of <see cref="DateTime"/>.</summary>
    public long ToTicks(ulong units)
    {
        long since;
        if (_divisor != 1) since = (long)Math.Min(units / _divisor, long.MaxValue / 2);
        else if (_shift == 0 && Math.BigMul(units, _multiplier, out var low) == 0 && low < long.MaxValue / 2) since = (long)low;
        else since = (long)UInt128.Min(((UInt128)units * _multiplier) >> _shift, long.MaxValue / 2);
        return Math.Clamp(_epochTicks + since, 0, DateTime.MaxValue.Ticks);
    }

    // if_tsresol: the high bit picks powers of 2 over powers of 10, the rest is the negated exponent. A tick is 10^-7 s.
    private static (ulong Multiplier, ulong Divisor, int Shift) Scale(byte resolution)
    {
        var exponent = resolution & 0x7F;
        if ((resolution & 0x80) != 0) return (TimeSpan.TicksPerSecond, 1, exponent);
        return exponent <= 7 ? (Power10(7 - exponent), 1, 0) : (1, exponent - 7 <= 19 ? Power10(exponent - 7) : ulong.MaxValue, 0);
    }

    private static ulong Power10(int exponent)
    {
        var power = 1UL;
        for (; exponent > 0; exponent--) power *= 10;
        return power;
    }

    private static ushort Read16(ReadOnlySpan<byte> bytes, bool isBigEndian) =>
        isBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);
}
