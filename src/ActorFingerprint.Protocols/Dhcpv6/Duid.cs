using System.Buffers.Binary;
using System.Globalization;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Dhcpv6;

/// <summary>A DHCP unique identifier (RFC 8415 §11), a view.</summary>
/// <param name="duid">The whole identifier: <see cref="IsValid"/>.</param>
public readonly ref struct Duid(ReadOnlySpan<byte> duid)
{
    private const int MinLength = 3;
    private const int MaxLength = 130;
    private const ushort LinkLayerTime = 1;
    private const ushort EnterpriseNumber = 2;
    private const ushort LinkLayer = 3;
    private const ushort Uuid = 4;
    private const int HardwareTypeOffset = 2;
    private const ushort Ethernet = 1;
    private const ushort Ieee802 = 6;
    private const int MacLength = 6;

    private readonly ReadOnlySpan<byte> _duid = duid;

    /// <summary>True for 3 to 130 bytes: a type and 1 to 128 bytes (RFC 8415 §11.1).</summary>
    public static bool IsValid(ReadOnlySpan<byte> duid) => duid.Length is >= MinLength and <= MaxLength;

    /// <summary>Name of the type: <c>llt</c>, <c>en</c>, <c>ll</c>, <c>uuid</c>; the number of another.</summary>
    public string TypeName => Type switch
    {
        LinkLayerTime => "llt",
        EnterpriseNumber => "en",
        LinkLayer => "ll",
        Uuid => "uuid",
        _ => Type.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>The MAC address in a DUID of type LLT or LL: of some interface that the client has or had; none otherwise.</summary>
    public MacAddress LinkAddress
    {
        get
        {
            var at = Type switch { LinkLayerTime => 8, LinkLayer => 4, _ => 0 };
            return at > 0 && _duid.Length == at + MacLength && HardwareType is Ethernet or Ieee802
                ? MacAddress.Read(_duid[at..])
                : MacAddress.None;
        }
    }

    /// <summary>The fact <c>type hex</c>.</summary>
    public DeviceFact Fact => new(FactKind.Duid, $"{TypeName} {Convert.ToHexStringLower(_duid)}");

    private ushort Type => BinaryPrimitives.ReadUInt16BigEndian(_duid);

    private ushort HardwareType => BinaryPrimitives.ReadUInt16BigEndian(_duid[HardwareTypeOffset..]);
}
