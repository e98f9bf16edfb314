using ActorFingerprint.Cluster.Messages.Wire;
using ActorFingerprint.Core.Fingerprints;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Cluster.Messages.Contents;

/// <summary>Observations of every type: their code, then the common fields, then those of a signal, then their own.</summary>
internal static partial class ObservationWire
{
    /// <summary>The code of an observation's type; null for a type without a wire form.</summary>
    public static ObservationCode? CodeOf(Observation observation) => observation switch
    {
        ClientHelloObservation => ObservationCode.ClientHello,
        DhcpObservation => ObservationCode.Dhcp,
        TcpHandshakeObservation => ObservationCode.TcpHandshake,
        ServerHelloObservation => ObservationCode.ServerHello,
        ArpObservation => ObservationCode.Arp,
        BannerObservation => ObservationCode.Banner,
        CdpObservation => ObservationCode.Cdp,
        CertificateObservation => ObservationCode.Certificate,
        Dhcpv6Observation => ObservationCode.Dhcpv6,
        HttpRequestObservation => ObservationCode.HttpRequest,
        HttpResponseObservation => ObservationCode.HttpResponse,
        LeaseObservation => ObservationCode.Lease,
        LldpObservation => ObservationCode.Lldp,
        MdnsObservation => ObservationCode.Mdns,
        NetbiosNameObservation => ObservationCode.NetbiosName,
        NetbiosDatagramObservation => ObservationCode.NetbiosDatagram,
        LlmnrObservation => ObservationCode.Llmnr,
        NeighborObservation => ObservationCode.Neighbor,
        NtpObservation => ObservationCode.Ntp,
        ProbeObservation => ObservationCode.Probe,
        RelayedObservation => ObservationCode.Relayed,
        SmbObservation => ObservationCode.Smb,
        SsdpObservation => ObservationCode.Ssdp,
        SshIdentificationObservation => ObservationCode.SshIdentification,
        SshKeyExchangeObservation => ObservationCode.SshKeyExchange,
        _ => null,
    };

    /// <summary>Writes the fields of an observation that only its own type has.</summary>
    public static void WriteOwn(BatchWriter writer, Observation observation)
    {
        if (observation is SignalObservation signal) SignalFields.Write(writer, signal);
        switch (observation)
        {
            case ClientHelloObservation o: Write(writer, o); break;
            case ServerHelloObservation o: writer.Shared<ServerHelloWire, ServerHello>(o.Hello); break;
            case DhcpObservation o: Write(writer, o); break;
            case ArpObservation o: Write(writer, o); break;
            case BannerObservation o: Write(writer, o); break;
            case CdpObservation o: writer.Shared<CdpPacketWire, CdpPacket>(o.Packet); break;
            case CertificateObservation o: writer.Shared<CertificateWire, ServerCertificate>(o.Certificate); break;
            case Dhcpv6Observation o: Write(writer, o); break;
            case HttpObservation o: Write(writer, o); break;
            case LeaseObservation o: writer.Optional(o.ExpiresTicks); break;
            case LldpObservation o: writer.Shared<LldpUnitWire, LldpUnit>(o.Unit); break;
            case DiscoveryObservation o: Write(writer, o); break;
            case NeighborObservation o: Write(writer, o); break;
            case NtpObservation o: writer.Record<NtpHeaderWire, NtpHeader>(o.Header); break;
            case ProbeObservation o: writer.Text(o.Event); break;
            case RelayedObservation o: Write(writer, o); break;
            case SmbObservation o: writer.Shared<SmbContentWire, SmbContent>(o.Content); break;
            case SshObservation o: Write(writer, o); break;
            case TcpHandshakeObservation o: Write(writer, o); break;
        }
    }

    /// <summary>Reads an observation of a code; null for a code that this version does not know, and after a fault.</summary>
    public static Observation? Read(ref BatchReader reader, ObservationCode code, in BatchBase start, long frame, int index)
    {
        if (code > ObservationCode.TcpHandshake) return null;
        var common = CommonFields.Read(ref reader, start, frame, index);
        var origin = common.Origin;
        Observation? value = code switch
        {
            ObservationCode.ClientHello => ClientHello(ref reader, origin),
            ObservationCode.ServerHello => ServerHello(ref reader, origin),
            ObservationCode.Dhcp => Dhcp(ref reader, origin),
            _ => Signal(ref reader, code, origin),
        };
        return value is not null && reader.Fault is null ? common.Complete(value) : null;
    }

    private static SignalObservation? Signal(ref BatchReader reader, ObservationCode code, in Origin origin)
    {
        var signal = SignalFields.Read(ref reader);
        if (reader.Fault is not null) return null;
        return code switch
        {
            ObservationCode.TcpHandshake => TcpHandshake(ref reader, origin, signal),
            ObservationCode.Arp => Arp(ref reader, origin, signal),
            ObservationCode.Banner => Banner(ref reader, origin, signal),
            ObservationCode.Cdp => Cdp(ref reader, origin, signal),
            ObservationCode.Certificate => Certificate(ref reader, origin, signal),
            ObservationCode.Dhcpv6 => Dhcpv6(ref reader, origin, signal),
            ObservationCode.HttpRequest => HttpRequest(ref reader, origin, signal),
            ObservationCode.HttpResponse => HttpResponse(ref reader, origin, signal),
            ObservationCode.Lease => Lease(ref reader, origin, signal),
            ObservationCode.Lldp => Lldp(ref reader, origin, signal),
            ObservationCode.Mdns => Mdns(ref reader, origin, signal),
            ObservationCode.NetbiosName => NetbiosName(ref reader, origin, signal),
            ObservationCode.NetbiosDatagram => NetbiosDatagram(ref reader, origin, signal),
            ObservationCode.Llmnr => Llmnr(ref reader, origin, signal),
            ObservationCode.Neighbor => Neighbor(ref reader, origin, signal),
            ObservationCode.Ntp => Ntp(ref reader, origin, signal),
            ObservationCode.Probe => Probe(ref reader, origin, signal),
            ObservationCode.Relayed => Relayed(ref reader, origin, signal),
            ObservationCode.Smb => Smb(ref reader, origin, signal),
            ObservationCode.Ssdp => Ssdp(ref reader, origin, signal),
            ObservationCode.SshIdentification => SshIdentification(ref reader, origin, signal),
            ObservationCode.SshKeyExchange => SshKeyExchange(ref reader, origin, signal),
            _ => null,
        };
    }
}
