using ActorFingerprint.Cluster.Messages.Wire;
using ActorFingerprint.Core.Fingerprints;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Cluster.Messages.Contents;

/// <summary>What hosts say to get an address, and to servers.</summary>
internal static partial class ObservationWire
{
    /// <summary>Room of a client hardware address, bytes.</summary>
    private const int HardwareRoom = 16;

    private static void Write(BatchWriter writer, ClientHelloObservation o)
    {
        writer.Shared<ClientHelloWire, ClientHello>(o.Hello);
        writer.Text(o.Hello.Sni.Length == 0 ? null : o.Hello.Sni);
        writer.Shared<QuicWire, QuicFacts>(o.Quic);
    }

    private static ClientHelloObservation? ClientHello(ref BatchReader reader, in Origin origin)
    {
        var (hello, sni, quic) = (reader.Shared<ClientHello>(), reader.OptionalText(), reader.Optional<QuicFacts>());
        if (reader.Fault is not null) return null;
        return new ClientHelloObservation
        {
            Device = origin.Device,
            AtTicks = origin.AtTicks,
            Frame = origin.Frame,
            WireLength = origin.WireLength,
            LinkAddress = origin.LinkAddress,
            Vlan = origin.Vlan,
            Source = origin.Source,
            Destination = origin.Destination,
            SourcePort = origin.SourcePort,
            DestinationPort = origin.DestinationPort,
            IsPartial = origin.IsTruncated,
            Hello = sni is null ? hello : hello.WithSni(sni),
            Quic = quic,
        };
    }

    private static ServerHelloObservation? ServerHello(ref BatchReader reader, in Origin origin)
    {
        var hello = reader.Shared<ServerHello>();
        if (reader.Fault is not null) return null;
        return new ServerHelloObservation
        {
            Device = origin.Device,
            AtTicks = origin.AtTicks,
            Frame = origin.Frame,
            WireLength = origin.WireLength,
            LinkAddress = origin.LinkAddress,
            Vlan = origin.Vlan,
            Source = origin.Source,
            Destination = origin.Destination,
            SourcePort = origin.SourcePort,
            DestinationPort = origin.DestinationPort,
            IsPartial = origin.IsTruncated,
            Hello = hello,
        };
    }

    private static void Write(BatchWriter writer, DhcpObservation o)
    {
        writer.Byte(o.Op);
        writer.Byte((byte)o.MessageType);
        writer.Byte(o.HardwareLength);
        writer.PlainBytes(o.ClientHardwareAddress);
        writer.Shared<DhcpOptionsWire, DhcpOptions>(o.Options);
        writer.UInt32(o.TransactionId);
        writer.Address(o.RequestedAddress);
        writer.Address(o.RelayAddress);
        writer.Address(o.ClientAddress);
        writer.Address(o.YourAddress);
    }

    private static DhcpObservation? Dhcp(ref BatchReader reader, in Origin origin)
    {
        var (op, type, hardwareLength) = (reader.Byte(), (DhcpMessageType)reader.Byte(), reader.Byte());
        Span<byte> room = stackalloc byte[HardwareRoom];
        room.Clear();
        if (reader.PlainBytes(out var hardware) && hardware.Length <= HardwareRoom) hardware.CopyTo(room);
        else reader.Fail($"a client hardware address of {hardware.Length} bytes");
        var options = reader.Shared<DhcpOptions>();
        var id = reader.UInt32();
        var (requested, relay, client, your) = (reader.Address(), reader.Address(), reader.Address(), reader.Address());
        if (reader.Fault is not null) return null;
        return new DhcpObservation
        {
            Device = origin.Device,
            AtTicks = origin.AtTicks,
            Frame = origin.Frame,
            WireLength = origin.WireLength,
            LinkAddress = origin.LinkAddress,
            Vlan = origin.Vlan,
            Source = origin.Source,
            Destination = origin.Destination,
            SourcePort = origin.SourcePort,
            DestinationPort = origin.DestinationPort,
            IsPartial = origin.IsTruncated,
            Op = op,
            MessageType = type,
            HardwareLength = hardwareLength,
            HardwareAddressRoom = room,
            Options = options,
            TransactionId = id,
            RequestedAddress = requested,
            RelayAddress = relay,
            ClientAddress = client,
            YourAddress = your,
        };
    }

    private static void Write(BatchWriter writer, Dhcpv6Observation o)
    {
        writer.Shared<Dhcpv6MessageWire, Dhcpv6Message>(o.Message);
        writer.Records<Dhcpv6RelayWire, Dhcpv6Relay>(o.Relays);
    }

    private static Dhcpv6Observation Dhcpv6(ref BatchReader reader, in Origin origin, in SignalFields signal) =>
        new(origin, reader.Shared<Dhcpv6Message>(), isPartial: false)
        {
            Facts = signal.Facts,
            HostNames = signal.HostNames,
            OwnAddress = signal.OwnAddress,
            Relays = reader.Records<Dhcpv6RelayWire, Dhcpv6Relay>(),
        };

    private static LeaseObservation Lease(ref BatchReader reader, in Origin origin, in SignalFields signal) =>
        new(origin, signal.OwnAddress)
        {
            Facts = signal.Facts,
            HostNames = signal.HostNames,
            ExpiresTicks = reader.OptionalInt64(),
        };

    private static CertificateObservation? Certificate(ref BatchReader reader, in Origin origin, in SignalFields signal)
    {
        var certificate = reader.Shared<ServerCertificate>();
        if (reader.Fault is not null) return null;
        return new CertificateObservation(origin, certificate)
        {
            Facts = signal.Facts,
            HostNames = signal.HostNames,
            OwnAddress = signal.OwnAddress,
        };
    }

    private static void Write(BatchWriter writer, TcpHandshakeObservation o)
    {
        writer.Record<TcpHandshakeWire, TcpHandshake>(o.Segment);
        writer.Text(o.Signature);
    }

    private static TcpHandshakeObservation TcpHandshake(ref BatchReader reader, in Origin origin, in SignalFields signal) =>
        new(origin, reader.Record<TcpHandshakeWire, TcpHandshake>(), reader.Text())
        {
            Facts = signal.Facts,
            HostNames = signal.HostNames,
            OwnAddress = signal.OwnAddress,
        };

    private static void Write(BatchWriter writer, HttpObservation o)
    {
        writer.Number(o.MinorVersion);
        writer.Texts(o.FieldNames);
        writer.Text(o.Signature);
        switch (o)
        {
            case HttpRequestObservation request:
                writer.Text(request.Method);
                writer.Text(request.Host);
                writer.Text(request.UserAgent);
                break;
            case HttpResponseObservation response:
                writer.Number(response.Status);
                writer.Text(response.Server);
                break;
        }
    }

    private static HttpRequestObservation HttpRequest(ref BatchReader reader, in Origin origin, in SignalFields signal) => new(origin)
    {
        Facts = signal.Facts,
        HostNames = signal.HostNames,
        OwnAddress = signal.OwnAddress,
        MinorVersion = reader.Int32(),
        FieldNames = reader.Texts(),
        Signature = reader.Text(),
        Method = reader.Text(),
        Host = reader.OptionalText(),
        UserAgent = reader.OptionalText(),
    };

    private static HttpResponseObservation HttpResponse(ref BatchReader reader, in Origin origin, in SignalFields signal) => new(origin)
    {
        Facts = signal.Facts,
        HostNames = signal.HostNames,
        OwnAddress = signal.OwnAddress,
        MinorVersion = reader.Int32(),
        FieldNames = reader.Texts(),
        Signature = reader.Text(),
        Status = reader.Int32(),
        Server = reader.OptionalText(),
    };

    private static void Write(BatchWriter writer, SshObservation o)
    {
        writer.Boolean(o.IsServer);
        switch (o)
        {
            case SshIdentificationObservation identification:
                writer.Text(identification.Identification);
                break;
            case SshKeyExchangeObservation exchange:
                writer.Text(exchange.Hassh);
                writer.Shared<SshOfferWire, SshOffer>(exchange.Offer);
                break;
        }
    }

    private static SshIdentificationObservation SshIdentification(ref BatchReader reader, in Origin origin, in SignalFields signal) =>
        new(origin)
        {
            Facts = signal.Facts,
            HostNames = signal.HostNames,
            OwnAddress = signal.OwnAddress,
            IsServer = reader.Boolean(),
            Identification = reader.Text(),
        };

    private static SshKeyExchangeObservation SshKeyExchange(ref BatchReader reader, in Origin origin, in SignalFields signal) => new(origin)
    {
        Facts = signal.Facts,
        HostNames = signal.HostNames,
        OwnAddress = signal.OwnAddress,
        IsServer = reader.Boolean(),
        Hassh = reader.Text(),
        Offer = reader.Shared<SshOffer>(),
    };

    private static void Write(BatchWriter writer, BannerObservation o)
    {
        writer.Text(o.Service);
        writer.Text(o.Text);
    }

    private static BannerObservation Banner(ref BatchReader reader, in Origin origin, in SignalFields signal) => new(origin)
    {
        Facts = signal.Facts,
        HostNames = signal.HostNames,
        OwnAddress = signal.OwnAddress,
        Service = reader.Text(),
        Text = reader.Text(),
    };

    private static SmbObservation Smb(ref BatchReader reader, in Origin origin, in SignalFields signal) => new(origin)
    {
        Facts = signal.Facts,
        HostNames = signal.HostNames,
        OwnAddress = signal.OwnAddress,
        Content = reader.Shared<SmbContent>(),
    };

    private static NtpObservation Ntp(ref BatchReader reader, in Origin origin, in SignalFields signal) =>
        new(origin, reader.Record<NtpHeaderWire, NtpHeader>())
        {
            Facts = signal.Facts,
            HostNames = signal.HostNames,
            OwnAddress = signal.OwnAddress,
        };
}
