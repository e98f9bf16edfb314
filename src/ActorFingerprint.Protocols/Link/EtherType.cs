namespace ActorFingerprint.Protocols.Link;

/// <summary>EtherTypes that the walk follows (IEEE registration authority).</summary>
internal static class EtherType
{
    public const int Ipv4 = 0x0800;
    public const int Arp = 0x0806;
    public const int Lldp = 0x88CC;
    public const int Ipv6 = 0x86DD;
    public const int Vlan = 0x8100;
    public const int ServiceVlan = 0x88A8;
    /// <summary>Stacked tags as switches wrote them before 802.1ad.</summary>
    public const int OldServiceVlan = 0x9100;
    public const int PppoeSession = 0x8864;
    public const int Mpls = 0x8847;
    public const int MplsUpstream = 0x8848;
    /// <summary>An Ethernet frame inside GRE or Geneve.</summary>
    public const int TransparentBridging = 0x6558;
    /// <summary>ERSPAN type I and II in GRE.</summary>
    public const int Erspan = 0x88BE;
    /// <summary>ERSPAN type III in GRE.</summary>
    public const int ErspanIii = 0x22EB;
    /// <summary>Highest number that is the length of an IEEE 802.3 frame instead (§3.2.6).</summary>
    public const int LargestLength = 1500;
}
