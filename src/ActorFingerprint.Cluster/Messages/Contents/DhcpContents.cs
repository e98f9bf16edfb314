using ActorFingerprint.Cluster.Messages.Wire;
using ActorFingerprint.Core.Fingerprints;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Cluster.Messages.Contents;

/// <summary>DHCPv4 options. Refers to no other content, so that one object can serve all batches (<see cref="DecodedContents"/>).</summary>
internal readonly struct DhcpOptionsWire : ISharedWire<DhcpOptions>
{
    public static SharedKind Kind => SharedKind.DhcpOptions;

    public static void Write(BatchWriter writer, DhcpOptions value)
    {
        writer.PlainBytes(value.Order);
        writer.PlainBytes(value.ParameterRequestList);
        writer.PlainBytes(value.VendorClass);
        writer.PlainBytes(value.HostName);
        writer.PlainBytes(value.ClientIdentifier);
        writer.PlainBytes(value.UserClass);
        writer.PlainBytes(value.ClientFqdn);
    }

    public static DhcpOptions Read(ref BatchReader reader) => new()
    {
        Order = reader.PlainArray() ?? [],
        ParameterRequestList = reader.PlainArray(),
        VendorClass = reader.PlainArray(),
        HostName = reader.PlainArray(),
        ClientIdentifier = reader.PlainArray(),
        UserClass = reader.PlainArray(),
        ClientFqdn = reader.PlainArray(),
    };
}

/// <summary>A DHCPv6 message.</summary>
internal readonly struct Dhcpv6MessageWire : ISharedWire<Dhcpv6Message>
{
    public static SharedKind Kind => SharedKind.Dhcpv6Message;

    public static void Write(BatchWriter writer, Dhcpv6Message value)
    {
        writer.Byte((byte)value.Type);
        writer.UInt32(value.TransactionId);
        writer.Bytes(value.ClientDuid);
        writer.Bytes(value.ServerDuid);
        writer.Numbers(value.OptionOrder);
        writer.Numbers(value.Options);
        writer.Numbers(value.OptionRequest);
        writer.Records<Dhcpv6VendorClassWire, Dhcpv6VendorClass>(value.VendorClasses);
        writer.Text(value.Fqdn);
        writer.Address(value.Lease);
    }

    public static Dhcpv6Message Read(ref BatchReader reader) => new()
    {
        Type = (Dhcpv6MessageType)reader.Byte(),
        TransactionId = reader.UInt32(),
        ClientDuid = reader.OptionalBytes(),
        ServerDuid = reader.OptionalBytes(),
        OptionOrder = reader.Numbers(),
        Options = reader.Numbers(),
        OptionRequest = reader.OptionalNumbers(),
        VendorClasses = reader.Records<Dhcpv6VendorClassWire, Dhcpv6VendorClass>(),
        Fqdn = reader.OptionalText(),
        Lease = reader.Address(),
    };
}

/// <summary>A vendor class of DHCPv6.</summary>
internal readonly struct Dhcpv6VendorClassWire : IWire<Dhcpv6VendorClass>
{
    public static void Write(BatchWriter writer, Dhcpv6VendorClass value)
    {
        writer.UInt32(value.Enterprise);
        writer.Texts(value.Data);
    }

    public static Dhcpv6VendorClass Read(ref BatchReader reader) => new(reader.UInt32(), reader.Texts());
}

/// <summary>A relay of DHCPv6.</summary>
internal readonly struct Dhcpv6RelayWire : IWire<Dhcpv6Relay>
{
    public static void Write(BatchWriter writer, Dhcpv6Relay value)
    {
        writer.Byte((byte)value.Type);
        writer.Number(value.HopCount);
        writer.Address(value.LinkAddress);
        writer.Address(value.PeerAddress);
        writer.Numbers(value.OptionOrder);
    }

    public static Dhcpv6Relay Read(ref BatchReader reader) =>
        new((Dhcpv6MessageType)reader.Byte(), reader.Int32(), reader.Address(), reader.Address(), reader.Numbers());
}
