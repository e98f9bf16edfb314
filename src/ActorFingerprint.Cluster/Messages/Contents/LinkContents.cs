using ActorFingerprint.Cluster.Messages.Wire;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Cluster.Messages.Contents;

/// <summary>An LLDP data unit.</summary>
internal readonly struct LldpUnitWire : ISharedWire<LldpUnit>
{
    public static SharedKind Kind => SharedKind.LldpUnit;

    public static void Write(BatchWriter writer, LldpUnit value)
    {
        writer.Text(value.ChassisId);
        writer.Text(value.PortId);
        writer.Number(value.TimeToLive);
        writer.Text(value.PortDescription);
        writer.Text(value.SystemName);
        writer.Text(value.SystemDescription);
        writer.Texts(value.Capabilities);
        writer.Addresses(value.ManagementAddresses);
        writer.Optional(value.DeviceClass);
        writer.Text(value.Manufacturer);
        writer.Text(value.Model);
        writer.Text(value.Hardware);
        writer.Text(value.Firmware);
        writer.Text(value.Software);
    }

    public static LldpUnit Read(ref BatchReader reader) => new()
    {
        ChassisId = reader.Text(),
        PortId = reader.Text(),
        TimeToLive = reader.Int32(),
        PortDescription = reader.OptionalText(),
        SystemName = reader.OptionalText(),
        SystemDescription = reader.OptionalText(),
        Capabilities = reader.OptionalTexts(),
        ManagementAddresses = reader.Addresses(),
        DeviceClass = reader.OptionalInt32(),
        Manufacturer = reader.OptionalText(),
        Model = reader.OptionalText(),
        Hardware = reader.OptionalText(),
        Firmware = reader.OptionalText(),
        Software = reader.OptionalText(),
    };
}

/// <summary>A CDP packet.</summary>
internal readonly struct CdpPacketWire : ISharedWire<CdpPacket>
{
    public static SharedKind Kind => SharedKind.CdpPacket;

    public static void Write(BatchWriter writer, CdpPacket value)
    {
        writer.Number(value.Version);
        writer.Number(value.TimeToLive);
        writer.Text(value.DeviceId);
        writer.Text(value.Software);
        writer.Text(value.Platform);
        writer.Text(value.PortId);
        writer.Texts(value.Capabilities);
        writer.Addresses(value.Addresses);
        writer.Optional(value.NativeVlan);
    }

    public static CdpPacket Read(ref BatchReader reader) => new()
    {
        Version = reader.Int32(),
        TimeToLive = reader.Int32(),
        DeviceId = reader.OptionalText(),
        Software = reader.OptionalText(),
        Platform = reader.OptionalText(),
        PortId = reader.OptionalText(),
        Capabilities = reader.OptionalTexts(),
        Addresses = reader.Addresses(),
        NativeVlan = reader.OptionalInt32(),
    };
}
