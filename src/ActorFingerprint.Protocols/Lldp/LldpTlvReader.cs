using System.Buffers.Binary;

namespace ActorFingerprint.Protocols.Lldp;

/// <summary>Walks the type-length-value triples of an LLDP data unit (IEEE 802.1AB §8.4). Never throws, never allocates.</summary>
/// <param name="unit">The data unit; link padding may follow its end.</param>
public ref struct LldpTlvReader(ReadOnlySpan<byte> unit)
{
    private const int HeaderLength = 2;
    private const int LengthMask = 0x1FF;
    private const int TypeShift = 9;

    private ReadOnlySpan<byte> _rest = unit;

    /// <summary>A triple is cut.</summary>
    public bool IsFaulty { get; private set; }

    /// <summary>Reads one triple: type 0..127, value of 0..511 bytes. False at the end triple, the end of the bytes, or a fault.</summary>
    public bool TryRead(out int type, out ReadOnlySpan<byte> value)
    {
        type = 0;
        value = default;
        if (_rest.IsEmpty) return false;
        if (_rest.Length < HeaderLength) return Fail();
        var header = BinaryPrimitives.ReadUInt16BigEndian(_rest);
        type = header >> TypeShift;
        var length = header & LengthMask;
        if (type == LldpTlv.End) return Stop();
        if (length > _rest.Length - HeaderLength) return Fail();
        value = _rest.Slice(HeaderLength, length);
        _rest = _rest[(HeaderLength + length)..];
        return true;
    }

    private bool Stop()
    {
        _rest = default;
        return false;
    }

    private bool Fail()
    {
        IsFaulty = true;
        return Stop();
    }
}

/// <summary>Types that are looked into (IEEE 802.1AB table 8-1).</summary>
internal static class LldpTlv
{
    public const int End = 0;
    public const int ChassisId = 1;
    public const int PortId = 2;
    public const int TimeToLive = 3;
    public const int PortDescription = 4;
    public const int SystemName = 5;
    public const int SystemDescription = 6;
    public const int Capabilities = 7;
    public const int ManagementAddress = 8;
    public const int Organization = 127;
}
