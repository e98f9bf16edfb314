using ActorFingerprint.Cluster.Messages.Wire;
using ActorFingerprint.Core.Fingerprints;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Cluster.Messages.Contents;

/// <summary>The content of an SMB message.</summary>
internal readonly struct SmbContentWire : ISharedWire<SmbContent>
{
    public static SharedKind Kind => SharedKind.SmbContent;

    public static void Write(BatchWriter writer, SmbContent value)
    {
        writer.Number(value.Version);
        writer.Boolean(value.IsServer);
        writer.Boolean(value.IsSessionSetup);
        writer.Texts(value.Dialects);
        writer.Text(value.Dialect);
        writer.Optional(value.SecurityMode);
        writer.Optional(value.Capabilities);
        writer.Numbers(value.Contexts);
        writer.Numbers(value.Ciphers);
        writer.Text(value.NativeOs);
        writer.Text(value.LanManager);
        writer.Text(value.Domain);
        writer.Text(value.ServerName);
        writer.Boolean(value.Ntlm is not null);
        if (value.Ntlm is { } ntlm) writer.Record<NtlmWire, NtlmContent>(ntlm);
    }

    public static SmbContent Read(ref BatchReader reader) => new()
    {
        Version = reader.Int32(),
        IsServer = reader.Boolean(),
        IsSessionSetup = reader.Boolean(),
        Dialects = reader.Texts(),
        Dialect = reader.OptionalText(),
        SecurityMode = reader.OptionalInt32(),
        Capabilities = reader.OptionalUInt32(),
        Contexts = reader.Numbers(),
        Ciphers = reader.Numbers(),
        NativeOs = reader.OptionalText(),
        LanManager = reader.OptionalText(),
        Domain = reader.OptionalText(),
        ServerName = reader.OptionalText(),
        Ntlm = reader.Boolean() ? reader.Record<NtlmWire, NtlmContent>() : null,
    };
}

/// <summary>An NTLM message.</summary>
internal readonly struct NtlmWire : IWire<NtlmContent>
{
    public static void Write(BatchWriter writer, NtlmContent value)
    {
        writer.Number(value.MessageType);
        writer.Text(value.OsVersion);
        writer.Number(value.Revision);
        writer.Text(value.Workstation);
        writer.Text(value.TargetName);
        writer.Text(value.NetbiosName);
        writer.Text(value.NetbiosDomain);
        writer.Text(value.DnsName);
        writer.Text(value.DnsDomain);
        writer.Text(value.DnsForest);
    }

    public static NtlmContent Read(ref BatchReader reader) => new()
    {
        MessageType = reader.Int32(),
        OsVersion = reader.OptionalText(),
        Revision = reader.Int32(),
        Workstation = reader.OptionalText(),
        TargetName = reader.OptionalText(),
        NetbiosName = reader.OptionalText(),
        NetbiosDomain = reader.OptionalText(),
        DnsName = reader.OptionalText(),
        DnsDomain = reader.OptionalText(),
        DnsForest = reader.OptionalText(),
    };
}

/// <summary>An SSH key exchange offer.</summary>
internal readonly struct SshOfferWire : ISharedWire<SshOffer>
{
    public static SharedKind Kind => SharedKind.SshOffer;

    public static void Write(BatchWriter writer, SshOffer value)
    {
        writer.Text(value.KeyExchange);
        writer.Text(value.HostKey);
        writer.Text(value.CipherToServer);
        writer.Text(value.CipherToClient);
        writer.Text(value.MacToServer);
        writer.Text(value.MacToClient);
        writer.Text(value.CompressionToServer);
        writer.Text(value.CompressionToClient);
        writer.Text(value.LanguageToServer);
        writer.Text(value.LanguageToClient);
    }

    public static SshOffer Read(ref BatchReader reader) => new()
    {
        KeyExchange = reader.Text(),
        HostKey = reader.Text(),
        CipherToServer = reader.Text(),
        CipherToClient = reader.Text(),
        MacToServer = reader.Text(),
        MacToClient = reader.Text(),
        CompressionToServer = reader.Text(),
        CompressionToClient = reader.Text(),
        LanguageToServer = reader.Text(),
        LanguageToClient = reader.Text(),
    };
}

/// <summary>The headers of a SYN or SYN+ACK.</summary>
internal readonly struct TcpHandshakeWire : IWire<TcpHandshake>
{
    public static void Write(BatchWriter writer, TcpHandshake value)
    {
        writer.Boolean(value.IsV6);
        writer.Boolean(value.IsAnswer);
        writer.Byte(value.TimeToLive);
        writer.UInt16(value.NetworkId);
        writer.Number(value.NetworkHeaderLength);
        writer.Number(value.TcpHeaderLength);
        writer.UInt16(value.Window);
        writer.Bytes(value.OptionKinds);
        writer.Number(value.PaddingLength);
        writer.Optional(value.SegmentSize);
        writer.Optional(value.WindowScale);
        writer.Optional(value.Timestamp);
        writer.Optional(value.EchoedTimestamp);
        writer.UInt32((uint)value.Quirks);
        writer.Boolean(value.HasPayload);
    }

    public static TcpHandshake Read(ref BatchReader reader) => new()
    {
        IsV6 = reader.Boolean(),
        IsAnswer = reader.Boolean(),
        TimeToLive = reader.Byte(),
        NetworkId = reader.UInt16(),
        NetworkHeaderLength = reader.Int32(),
        TcpHeaderLength = reader.Int32(),
        Window = reader.UInt16(),
        OptionKinds = reader.Bytes(),
        PaddingLength = reader.Int32(),
        SegmentSize = reader.OptionalUInt16(),
        WindowScale = reader.OptionalByte(),
        Timestamp = reader.OptionalUInt32(),
        EchoedTimestamp = reader.OptionalUInt32(),
        Quirks = (TcpQuirks)reader.UInt32(),
        HasPayload = reader.Boolean(),
    };
}

/// <summary>The header of an NTP message.</summary>
internal readonly struct NtpHeaderWire : IWire<NtpHeader>
{
    public static void Write(BatchWriter writer, NtpHeader value)
    {
        writer.Number(value.Version);
        writer.Byte((byte)value.Mode);
        writer.Number(value.Leap);
        writer.Number(value.Stratum);
        writer.Number(value.Poll);
        writer.Number(value.Precision);
        writer.UInt32(value.ReferenceId);
        writer.Byte((byte)value.Present);
        writer.Number(value.Extra);
    }

    public static NtpHeader Read(ref BatchReader reader) => new(
        reader.Int32(), (NtpMode)reader.Byte(), reader.Int32(), reader.Int32(), reader.Int32(), reader.Int32(),
        reader.UInt32(), (NtpFields)reader.Byte(), reader.Int32());
}
