using ActorFingerprint.Cluster.Messages.Wire;
using ActorFingerprint.Core.Fingerprints;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Cluster.Messages.Contents;

/// <summary>A ClientHello without its server name, which stands beside the reference: hellos to other servers are one content.</summary>
internal readonly struct ClientHelloWire : ISharedWire<ClientHello>
{
    public static SharedKind Kind => SharedKind.ClientHello;

    public static void Write(BatchWriter writer, ClientHello value)
    {
        writer.Byte((byte)value.Transport);
        writer.UInt16(value.LegacyVersion);
        writer.Words(value.CipherSuites);
        writer.Words(value.Extensions);
        writer.Words(value.SupportedGroups);
        writer.Bytes(value.PointFormats);
        writer.Words(value.SignatureAlgorithms);
        writer.Words(value.SupportedVersions);
        writer.ByteLists(value.Alpn);
        writer.Boolean(value.HasSni);
        writer.Boolean(value.HasEch);
        writer.Text(value.Ja3);
        writer.Text(value.Ja4);
        writer.Text(value.Stack);
    }

    public static ClientHello Read(ref BatchReader reader) => new()
    {
        Transport = (TlsTransport)reader.Byte(),
        LegacyVersion = reader.UInt16(),
        CipherSuites = reader.Words(),
        Extensions = reader.Words(),
        SupportedGroups = reader.Words(),
        PointFormats = reader.Bytes(),
        SignatureAlgorithms = reader.Words(),
        SupportedVersions = reader.OptionalWords(),
        Alpn = reader.OptionalByteLists(),
        HasSni = reader.Boolean(),
        HasEch = reader.Boolean(),
        Ja3 = reader.Text(),
        Ja4 = reader.Text(),
        Stack = reader.Text(),
    };
}

/// <summary>A ServerHello.</summary>
internal readonly struct ServerHelloWire : ISharedWire<ServerHello>
{
    public static SharedKind Kind => SharedKind.ServerHello;

    public static void Write(BatchWriter writer, ServerHello value)
    {
        writer.Byte((byte)value.Transport);
        writer.UInt16(value.LegacyVersion);
        writer.UInt16(value.CipherSuite);
        writer.Words(value.Extensions);
        writer.Boolean(value.IsHelloRetryRequest);
        writer.Optional(value.SelectedVersion);
        writer.Text(value.Ja3S);
    }

    public static ServerHello Read(ref BatchReader reader) => new()
    {
        Transport = (TlsTransport)reader.Byte(),
        LegacyVersion = reader.UInt16(),
        CipherSuite = reader.UInt16(),
        Extensions = reader.Words(),
        IsHelloRetryRequest = reader.Boolean(),
        SelectedVersion = reader.OptionalUInt16(),
        Ja3S = reader.Text(),
    };
}

/// <summary>What QUIC says beside a hello.</summary>
internal readonly struct QuicWire : ISharedWire<QuicFacts>
{
    public static SharedKind Kind => SharedKind.Quic;

    public static void Write(BatchWriter writer, QuicFacts value)
    {
        writer.UInt32(value.Version);
        writer.Text(value.Parameters);
        writer.Text(value.UserAgent);
        writer.Text(value.ParameterOrder);
    }

    public static QuicFacts Read(ref BatchReader reader) => new(reader.UInt32(), reader.Text(), reader.OptionalText())
    {
        ParameterOrder = reader.Text(),
    };
}

/// <summary>A server's certificate.</summary>
internal readonly struct CertificateWire : ISharedWire<ServerCertificate>
{
    public static SharedKind Kind => SharedKind.Certificate;

    public static void Write(BatchWriter writer, ServerCertificate value)
    {
        writer.Text(value.Sha256);
        writer.Text(value.Issuer);
        writer.Text(value.Subject);
    }

    public static ServerCertificate Read(ref BatchReader reader) => new(reader.Text(), reader.Text(), reader.Text());
}
