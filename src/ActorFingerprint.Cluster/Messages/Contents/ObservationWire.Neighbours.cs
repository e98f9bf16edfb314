using ActorFingerprint.Cluster.Messages.Wire;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Cluster.Messages.Contents;

/// <summary>What neighbours say to each other, and what is told of machines without their own packets.</summary>
internal static partial class ObservationWire
{
    private static void Write(BatchWriter writer, ArpObservation o)
    {
        writer.Number(o.Operation);
        writer.Byte((byte)o.Kind);
        writer.Mac(o.SenderMac);
        writer.Mac(o.TargetMac);
        writer.Mac(o.FrameMac);
        writer.Mac(o.Holder);
    }

    private static ArpObservation Arp(ref BatchReader reader, in Origin origin, in SignalFields signal) => new(origin)
    {
        Facts = signal.Facts,
        HostNames = signal.HostNames,
        OwnAddress = signal.OwnAddress,
        Operation = reader.Int32(),
        Kind = (ArpKind)reader.Byte(),
        SenderMac = reader.Mac(),
        TargetMac = reader.Mac(),
        FrameMac = reader.Mac(),
        Holder = reader.Mac(),
    };

    private static void Write(BatchWriter writer, NeighborObservation o)
    {
        writer.Byte((byte)o.Type);
        writer.Address(o.Target);
        writer.Boolean(o.IsDuplicateDetection);
        writer.Boolean(o.IsRouter);
        writer.Boolean(o.IsSolicited);
        writer.Boolean(o.IsOverride);
        writer.Mac(o.LinkLayerAddress);
        writer.Mac(o.FrameMac);
        writer.Text(o.Advertisement);
        writer.Mac(o.Holder);
    }

    private static NeighborObservation Neighbor(ref BatchReader reader, in Origin origin, in SignalFields signal) => new(origin)
    {
        Facts = signal.Facts,
        HostNames = signal.HostNames,
        OwnAddress = signal.OwnAddress,
        Type = (NeighborMessageType)reader.Byte(),
        Target = reader.Address(),
        IsDuplicateDetection = reader.Boolean(),
        IsRouter = reader.Boolean(),
        IsSolicited = reader.Boolean(),
        IsOverride = reader.Boolean(),
        LinkLayerAddress = reader.Mac(),
        FrameMac = reader.Mac(),
        Advertisement = reader.OptionalText(),
        Holder = reader.Mac(),
    };

    private static CdpObservation Cdp(ref BatchReader reader, in Origin origin, in SignalFields signal) =>
        new(origin, reader.Shared<CdpPacket>(), isPartial: false)
        {
            Facts = signal.Facts,
            HostNames = signal.HostNames,
            OwnAddress = signal.OwnAddress,
        };

    private static LldpObservation Lldp(ref BatchReader reader, in Origin origin, in SignalFields signal) =>
        new(origin, reader.Shared<LldpUnit>(), isPartial: false)
        {
            Facts = signal.Facts,
            HostNames = signal.HostNames,
            OwnAddress = signal.OwnAddress,
        };

    private static void Write(BatchWriter writer, DiscoveryObservation o)
    {
        writer.Boolean(o.IsToOneHost);
        switch (o)
        {
            case MdnsObservation mdns: writer.Shared<DnsMessageWire, DnsMessage>(mdns.Message); break;
            case LlmnrObservation llmnr: writer.Shared<DnsMessageWire, DnsMessage>(llmnr.Message); break;
            case SsdpObservation ssdp: writer.Shared<SsdpMessageWire, SsdpMessage>(ssdp.Message); break;
            case NetbiosNameObservation name: writer.Shared<NetbiosMessageWire, NetbiosMessage>(name.Message); break;
            case NetbiosDatagramObservation datagram: writer.Shared<NetbiosDatagramWire, NetbiosDatagram>(datagram.Datagram); break;
        }
    }

    private static MdnsObservation Mdns(ref BatchReader reader, in Origin origin, in SignalFields signal)
    {
        var isToOneHost = reader.Boolean();
        return new MdnsObservation(origin, reader.Shared<DnsMessage>())
        {
            Facts = signal.Facts,
            HostNames = signal.HostNames,
            OwnAddress = signal.OwnAddress,
            IsToOneHost = isToOneHost,
        };
    }

    private static LlmnrObservation Llmnr(ref BatchReader reader, in Origin origin, in SignalFields signal)
    {
        var isToOneHost = reader.Boolean();
        return new LlmnrObservation(origin, reader.Shared<DnsMessage>())
        {
            Facts = signal.Facts,
            HostNames = signal.HostNames,
            OwnAddress = signal.OwnAddress,
            IsToOneHost = isToOneHost,
        };
    }

    private static SsdpObservation Ssdp(ref BatchReader reader, in Origin origin, in SignalFields signal)
    {
        var isToOneHost = reader.Boolean();
        return new SsdpObservation(origin, reader.Shared<SsdpMessage>())
        {
            Facts = signal.Facts,
            HostNames = signal.HostNames,
            OwnAddress = signal.OwnAddress,
            IsToOneHost = isToOneHost,
        };
    }

    private static NetbiosNameObservation NetbiosName(ref BatchReader reader, in Origin origin, in SignalFields signal)
    {
        var isToOneHost = reader.Boolean();
        return new NetbiosNameObservation(origin, reader.Shared<NetbiosMessage>())
        {
            Facts = signal.Facts,
            HostNames = signal.HostNames,
            OwnAddress = signal.OwnAddress,
            IsToOneHost = isToOneHost,
        };
    }

    private static NetbiosDatagramObservation NetbiosDatagram(ref BatchReader reader, in Origin origin, in SignalFields signal)
    {
        var isToOneHost = reader.Boolean();
        return new NetbiosDatagramObservation(origin, reader.Shared<NetbiosDatagram>())
        {
            Facts = signal.Facts,
            HostNames = signal.HostNames,
            OwnAddress = signal.OwnAddress,
            IsToOneHost = isToOneHost,
        };
    }

    private static ProbeObservation Probe(ref BatchReader reader, in Origin origin, in SignalFields signal) => new(origin, reader.Text())
    {
        Facts = signal.Facts,
        HostNames = signal.HostNames,
        OwnAddress = signal.OwnAddress,
    };

    private static void Write(BatchWriter writer, RelayedObservation o)
    {
        writer.Text(o.Protocol);
        writer.Text(o.Event);
    }

    private static RelayedObservation Relayed(ref BatchReader reader, in Origin origin, in SignalFields signal) =>
        new(origin, reader.Text(), reader.Text())
        {
            Facts = signal.Facts,
            HostNames = signal.HostNames,
            OwnAddress = signal.OwnAddress,
        };
}
