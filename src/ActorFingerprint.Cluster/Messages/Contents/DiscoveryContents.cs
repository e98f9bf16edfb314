using ActorFingerprint.Cluster.Messages.Wire;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Cluster.Messages.Contents;

/// <summary>A message in DNS format.</summary>
internal readonly struct DnsMessageWire : ISharedWire<DnsMessage>
{
    public static SharedKind Kind => SharedKind.DnsMessage;

    public static void Write(BatchWriter writer, DnsMessage value)
    {
        writer.Boolean(value.IsResponse);
        writer.Records<DnsQuestionWire, DnsQuestion>(value.Questions);
        writer.Records<DnsRecordWire, DnsRecord>(value.Records);
    }

    public static DnsMessage Read(ref BatchReader reader) => new()
    {
        IsResponse = reader.Boolean(),
        Questions = reader.Records<DnsQuestionWire, DnsQuestion>(),
        Records = reader.Records<DnsRecordWire, DnsRecord>(),
    };
}

/// <summary>A question of DNS.</summary>
internal readonly struct DnsQuestionWire : IWire<DnsQuestion>
{
    public static void Write(BatchWriter writer, DnsQuestion value)
    {
        writer.Text(value.Name);
        writer.UInt16(value.Type);
    }

    public static DnsQuestion Read(ref BatchReader reader) => new(reader.Text(), reader.UInt16());
}

/// <summary>A resource record of DNS.</summary>
internal readonly struct DnsRecordWire : IWire<DnsRecord>
{
    public static void Write(BatchWriter writer, DnsRecord value)
    {
        writer.Byte((byte)value.Section);
        writer.Text(value.Name);
        writer.UInt16(value.Type);
        writer.UInt32(value.TimeToLive);
        writer.Text(value.Target);
        writer.Optional(value.Port);
        writer.Address(value.Address);
        writer.Texts(value.Text);
        writer.Words(value.Types);
    }

    public static DnsRecord Read(ref BatchReader reader) => new()
    {
        Section = (DnsSection)reader.Byte(),
        Name = reader.Text(),
        Type = reader.UInt16(),
        TimeToLive = reader.UInt32(),
        Target = reader.OptionalText(),
        Port = reader.OptionalUInt16(),
        Address = reader.Address(),
        Text = reader.OptionalTexts(),
        Types = reader.OptionalWords(),
    };
}

/// <summary>An SSDP message.</summary>
internal readonly struct SsdpMessageWire : ISharedWire<SsdpMessage>
{
    public static SharedKind Kind => SharedKind.SsdpMessage;

    public static void Write(BatchWriter writer, SsdpMessage value)
    {
        writer.Byte((byte)value.Kind);
        writer.Text(value.StartLine);
        writer.Text(value.Server);
        writer.Text(value.Location);
        writer.Text(value.UniqueServiceName);
        writer.Text(value.SearchTarget);
        writer.Text(value.NotificationType);
        writer.Text(value.NotificationSubType);
        writer.Text(value.UserAgent);
    }

    public static SsdpMessage Read(ref BatchReader reader) => new()
    {
        Kind = (SsdpKind)reader.Byte(),
        StartLine = reader.Text(),
        Server = reader.OptionalText(),
        Location = reader.OptionalText(),
        UniqueServiceName = reader.OptionalText(),
        SearchTarget = reader.OptionalText(),
        NotificationType = reader.OptionalText(),
        NotificationSubType = reader.OptionalText(),
        UserAgent = reader.OptionalText(),
    };
}

/// <summary>A message of the NetBIOS name service.</summary>
internal readonly struct NetbiosMessageWire : ISharedWire<NetbiosMessage>
{
    public static SharedKind Kind => SharedKind.NetbiosMessage;

    public static void Write(BatchWriter writer, NetbiosMessage value)
    {
        writer.Boolean(value.IsResponse);
        writer.Byte((byte)value.Operation);
        writer.Byte(value.ResponseCode);
        writer.Records<NetbiosNameWire, NetbiosName>(value.Questions);
        writer.Records<NetbiosRecordWire, NetbiosRecord>(value.Records);
    }

    public static NetbiosMessage Read(ref BatchReader reader) => new()
    {
        IsResponse = reader.Boolean(),
        Operation = (NetbiosOperation)reader.Byte(),
        ResponseCode = reader.Byte(),
        Questions = reader.Records<NetbiosNameWire, NetbiosName>(),
        Records = reader.Records<NetbiosRecordWire, NetbiosRecord>(),
    };
}

/// <summary>A NetBIOS name.</summary>
internal readonly struct NetbiosNameWire : IWire<NetbiosName>
{
    public static void Write(BatchWriter writer, NetbiosName value)
    {
        writer.Text(value.Name);
        writer.Byte(value.Suffix);
    }

    /// <summary>The name of a datagram that gives none is null, as the default of the type.</summary>
    public static NetbiosName Read(ref BatchReader reader) => new(reader.OptionalText()!, reader.Byte());
}

/// <summary>A record of the NetBIOS name service.</summary>
internal readonly struct NetbiosRecordWire : IWire<NetbiosRecord>
{
    public static void Write(BatchWriter writer, NetbiosRecord value)
    {
        writer.Record<NetbiosNameWire, NetbiosName>(value.Name);
        writer.UInt16(value.Type);
        writer.Boolean(value.IsGroup);
        writer.Addresses(value.Addresses);
        writer.Records<NetbiosNodeNameWire, NetbiosNodeName>(value.NodeNames);
    }

    public static NetbiosRecord Read(ref BatchReader reader) => new()
    {
        Name = reader.Record<NetbiosNameWire, NetbiosName>(),
        Type = reader.UInt16(),
        IsGroup = reader.Boolean(),
        Addresses = reader.Addresses(),
        NodeNames = reader.Records<NetbiosNodeNameWire, NetbiosNodeName>(),
    };
}

/// <summary>A line of a NetBIOS node's name table.</summary>
internal readonly struct NetbiosNodeNameWire : IWire<NetbiosNodeName>
{
    public static void Write(BatchWriter writer, NetbiosNodeName value)
    {
        writer.Record<NetbiosNameWire, NetbiosName>(value.Name);
        writer.Boolean(value.IsGroup);
    }

    public static NetbiosNodeName Read(ref BatchReader reader) => new(reader.Record<NetbiosNameWire, NetbiosName>(), reader.Boolean());
}

/// <summary>A NetBIOS datagram.</summary>
internal readonly struct NetbiosDatagramWire : ISharedWire<NetbiosDatagram>
{
    public static SharedKind Kind => SharedKind.NetbiosDatagram;

    public static void Write(BatchWriter writer, NetbiosDatagram value)
    {
        writer.Record<NetbiosNameWire, NetbiosName>(value.Source);
        writer.Address(value.SourceAddress);
        writer.Record<NetbiosNameWire, NetbiosName>(value.Destination);
        writer.Boolean(value.Browser is not null);
        if (value.Browser is { } browser) writer.Record<BrowserWire, BrowserAnnouncement>(browser);
    }

    public static NetbiosDatagram Read(ref BatchReader reader) => new()
    {
        Source = reader.Record<NetbiosNameWire, NetbiosName>(),
        SourceAddress = reader.Address(),
        Destination = reader.Record<NetbiosNameWire, NetbiosName>(),
        Browser = reader.Boolean() ? reader.Record<BrowserWire, BrowserAnnouncement>() : null,
    };
}

/// <summary>A message of the browser service.</summary>
internal readonly struct BrowserWire : IWire<BrowserAnnouncement>
{
    public static void Write(BatchWriter writer, BrowserAnnouncement value)
    {
        writer.Byte((byte)value.Command);
        writer.Text(value.Server);
        writer.Optional(value.OsMajor);
        writer.Optional(value.OsMinor);
        writer.Optional(value.ServerType);
        writer.Text(value.Comment);
        writer.Text(value.Master);
    }

    public static BrowserAnnouncement Read(ref BatchReader reader) => new()
    {
        Command = (BrowserCommand)reader.Byte(),
        Server = reader.OptionalText(),
        OsMajor = reader.OptionalByte(),
        OsMinor = reader.OptionalByte(),
        ServerType = reader.OptionalUInt32(),
        Comment = reader.OptionalText(),
        Master = reader.OptionalText(),
    };
}
