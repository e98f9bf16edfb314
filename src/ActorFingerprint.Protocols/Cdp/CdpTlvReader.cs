using System.Buffers.Binary;

namespace ActorFingerprint.Protocols.Cdp;

/// <summary>Walks the type-length-value triples of a CDP packet. Never throws, never allocates.</summary>
/// <param name="fields">The bytes behind version, time to live and checksum.</param>
public ref struct CdpTlvReader(ReadOnlySpan<byte> fields)
{
    private const int HeaderLength = 4;

    private ReadOnlySpan<byte> _rest = fields;

    /// <summary>A triple is cut, or shorter than its own header.</summary>
    public bool IsFaulty { get; private set; }

    /// <summary>Reads one triple; its length on the wire counts the header.</summary>
    public bool TryRead(out int type, out ReadOnlySpan<byte> value)
    {
        type = 0;
        value = default;
        if (_rest.IsEmpty) return false;
        var length = _rest.Length < HeaderLength ? 0 : BinaryPrimitives.ReadUInt16BigEndian(_rest[2..]);
        if (length < HeaderLength || length > _rest.Length)
        {
            IsFaulty = true;
            _rest = default;
            return false;
        }
        type = BinaryPrimitives.ReadUInt16BigEndian(_rest);
        value = _rest[HeaderLength..length];
        _rest = _rest[length..];
        return true;
    }
}

/// <summary>Types that are looked into.</summary>
internal static class CdpTlv
{
    public const int DeviceId = 1;
    public const int Addresses = 2;
    public const int PortId = 3;
    public const int Capabilities = 4;
    public const int Software = 5;
    public const int Platform = 6;
    public const int NativeVlan = 10;
    public const int ManagementAddresses = 22;
}
