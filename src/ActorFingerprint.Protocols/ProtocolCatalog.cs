using ActorFingerprint.Protocols.Dhcp;
using ActorFingerprint.Protocols.Tls;

namespace ActorFingerprint.Protocols;

/// <summary>Every protocol there is: a new one is one line here.</summary>
public static class ProtocolCatalog
{
    /// <summary>The stages of one partition, with state of their own.</summary>
    public static IProtocolStage[] Create(ProtocolOptions options)
    {
        var stages = new List<IProtocolStage>();
        if (options.Dhcp) stages.Add(new DhcpStage(options.Site));
        if (options.Tls) stages.Add(new TlsStage(options.Site, options.Reassembly));
        return [.. stages];
    }
}
