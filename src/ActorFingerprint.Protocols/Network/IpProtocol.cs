namespace ActorFingerprint.Protocols.Network;

/// <summary>IP protocol and next-header numbers that the walk follows (IANA).</summary>
internal static class IpProtocol
{
    public const int HopByHop = 0;
    public const int Ipv4 = 4;
    public const int Tcp = 6;
    public const int Udp = 17;
    public const int Ipv6 = 41;
    public const int Routing = 43;
    public const int Fragment = 44;
    public const int Gre = 47;
    public const int Authentication = 51;
    public const int Icmpv6 = 58;
    public const int Destination = 60;
}
