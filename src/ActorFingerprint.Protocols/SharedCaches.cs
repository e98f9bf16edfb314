using ActorFingerprint.Protocols.Dhcp;
using ActorFingerprint.Protocols.Tls;

namespace ActorFingerprint.Protocols;

/// <summary>
/// Contents that the stages of one thread share, whatever their partition: one client's hellos come in all 64 of them, and a cache for each
/// held everything 64 times and found little. Results do not depend on it.
/// </summary>
internal sealed class SharedCaches
{
    /// <summary>A client has some ten messages; 400 clients fill half of it. Smaller, and every second message was read anew.</summary>
    private const int DhcpSlots = 8192;

    /// <summary>Hellos of TLS.</summary>
    public HelloFactory Hellos { get; } = new();

    /// <summary>Contents of DHCPv4 messages.</summary>
    public ContentCache<DhcpContent> DhcpContents { get; } = new(DhcpSlots);
}
