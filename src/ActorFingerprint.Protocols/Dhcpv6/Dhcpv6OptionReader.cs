using System.Buffers.Binary;

namespace ActorFingerprint.Protocols.Dhcpv6;

/// <summary>Walks one area of DHCPv6 options (RFC 8415 §21.1). Never throws, never allocates.</summary>
/// <param name="area">The bytes behind the fixed fields of a message or of an option that holds options.</param>
public ref struct Dhcpv6OptionReader(ReadOnlySpan<byte> area)
{
    private const int HeaderLength = 4;

    private ReadOnlySpan<byte> _rest = area;

    /// <summary>Why the walk stopped early; <see cref="Malformed.None"/> at the end of the area.</summary>
    public Malformed Fault { get; private set; }

    /// <summary>
    /// Reads one option. One that runs past the area is given once, with <see cref="Fault"/> set and an empty value: its code is valid,
    /// nothing else. Fewer than two bytes at the end are a fault without a code.
    /// </summary>
    public bool TryRead(out ushort code, out ReadOnlySpan<byte> value)
    {
        code = 0;
        value = default;
        if (_rest.IsEmpty) return false;
        if (_rest.Length < HeaderLength || BinaryPrimitives.ReadUInt16BigEndian(_rest[2..]) > _rest.Length - HeaderLength)
        {
            var hasCode = BinaryPrimitives.TryReadUInt16BigEndian(_rest, out code);
            Fault = Malformed.Dhcpv6Option;
            _rest = default;
            return hasCode;
        }
        code = BinaryPrimitives.ReadUInt16BigEndian(_rest);
        value = _rest.Slice(HeaderLength, BinaryPrimitives.ReadUInt16BigEndian(_rest[2..]));
        _rest = _rest[(HeaderLength + value.Length)..];
        return true;
    }
}

/// <summary>Option codes that are looked into (RFC 8415 §21, RFC 4704, RFC 6939).</summary>
internal static class Dhcpv6Option
{
    public const ushort ClientId = 1;
    public const ushort ServerId = 2;
    public const ushort NonTemporaryAddresses = 3;
    public const ushort TemporaryAddresses = 4;
    public const ushort Address = 5;
    public const ushort OptionRequest = 6;
    public const ushort RelayMessage = 9;
    public const ushort VendorClass = 16;
    public const ushort DelegatedPrefixes = 25;
    public const ushort Prefix = 26;
    public const ushort ClientFqdn = 39;
    public const ushort ClientLinkLayerAddress = 79;

    /// <summary>Where options begin inside an option that holds options; -1 for the others.</summary>
    public static int InnerOffset(ushort code) => code switch
    {
        NonTemporaryAddresses or DelegatedPrefixes => 12,
        TemporaryAddresses => 4,
        Address => 24,
        Prefix => 25,
        _ => -1,
    };
}
