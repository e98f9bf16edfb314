using ActorFingerprint.Core.Net;

namespace ActorFingerprint.Protocols.Lldp;

/// <summary>Ids and addresses in LLDP (IEEE 802.1AB §8.5): a subtype tells how the bytes read.</summary>
internal static class LldpId
{
    private const byte ChassisMac = 4;
    private const byte ChassisNetworkAddress = 5;
    private const byte PortMac = 3;
    private const byte PortNetworkAddress = 4;
    private const byte Ipv4Family = 1;
    private const byte Ipv6Family = 2;
    private const int MacLength = 6;

    /// <summary>A chassis id, subtype first.</summary>
    public static string OfChassis(ReadOnlySpan<byte> value) =>
        Of(value[1..], value[0] == ChassisMac, value[0] == ChassisNetworkAddress);

    /// <summary>A port id, subtype first.</summary>
    public static string OfPort(ReadOnlySpan<byte> value) => Of(value[1..], value[0] == PortMac, value[0] == PortNetworkAddress);

    /// <summary>An address behind its IANA family number; none for another family or length.</summary>
    public static NetworkAddress ReadAddress(ReadOnlySpan<byte> value) => value switch
    {
        [Ipv4Family, _, _, _, _] => NetworkAddress.ReadV4(value[1..]),
        [Ipv6Family, ..] when value.Length == 17 => NetworkAddress.ReadV6(value[1..]),
        _ => default,
    };

    private static string Of(ReadOnlySpan<byte> id, bool isMac, bool isAddress)
    {
        if (isMac && id.Length == MacLength) return MacAddress.Read(id).ToString();
        return isAddress && ReadAddress(id) is { IsNone: false } address ? address.ToString() : BoundedText.Escape(id);
    }
}
