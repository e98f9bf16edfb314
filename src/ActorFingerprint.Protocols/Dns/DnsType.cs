namespace ActorFingerprint.Protocols.Dns;

/// <summary>Record types whose data is read (IANA, DNS parameters).</summary>
internal static class DnsType
{
    public const ushort A = 1;
    public const ushort Ptr = 12;
    public const ushort Txt = 16;
    public const ushort Aaaa = 28;
    public const ushort Srv = 33;
    public const ushort Nsec = 47;
}
