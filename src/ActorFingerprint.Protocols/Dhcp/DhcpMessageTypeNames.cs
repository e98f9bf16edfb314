using System.Globalization;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Dhcp;

/// <summary>Names of message types as people write them (IANA, DHCP message type 53 values).</summary>
public static class DhcpMessageTypeNames
{
    private static readonly string[] Names =
    [
        "BOOTP", "DISCOVER", "OFFER", "REQUEST", "DECLINE", "ACK", "NAK", "RELEASE", "INFORM",
        "FORCERENEW", "LEASEQUERY", "LEASEUNASSIGNED", "LEASEUNKNOWN", "LEASEACTIVE", "BULKLEASEQUERY", "LEASEQUERYDONE",
        "ACTIVELEASEQUERY", "LEASEQUERYSTATUS", "TLS",
    ];

    /// <summary>Upper-case name without DHCP before it; the decimal number of a type that has none.</summary>
    public static string Of(DhcpMessageType type) =>
        (int)type < Names.Length ? Names[(int)type] : ((int)type).ToString(CultureInfo.InvariantCulture);
}
