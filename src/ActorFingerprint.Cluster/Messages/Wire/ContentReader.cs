using System.Runtime.InteropServices;
using System.Text;
using ActorFingerprint.Cluster.Messages.Contents;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Fingerprints;
using ActorFingerprint.Engine.Sharding;

namespace ActorFingerprint.Cluster.Messages.Wire;

/// <summary>
/// Reads the content table: every entry in order, each once. A kind that only a later version knows stays unknown, and nothing read here
/// refers to it.
/// </summary>
internal static class ContentReader
{
    /// <summary>Reads one entry, of which the reader is to be at the kind and to end with the entry.</summary>
    public static object? Read(ref BatchReader reader, DecodedContents kept, BatchHeader header)
    {
        var kind = (SharedKind)reader.Byte();
        return kind switch
        {
            SharedKind.Text => kept.Text(reader.Rest()),
            SharedKind.Hex => HexText.Write(reader.Rest()),
            SharedKind.Bytes => reader.Rest().ToArray(),
            SharedKind.Words => Words(ref reader),
            SharedKind.Numbers => Numbers(ref reader),
            SharedKind.Texts => Texts(ref reader),
            SharedKind.ByteLists => ByteLists(ref reader),
            SharedKind.Device => Device(ref reader, header),
            SharedKind.Facts => FactsWire.Read(ref reader),
            SharedKind.HostNames => HostNamesWire.Read(ref reader),
            SharedKind.Hits => HitsWire.Read(ref reader),
            SharedKind.ClientHello => ClientHelloWire.Read(ref reader),
            SharedKind.ServerHello => ServerHelloWire.Read(ref reader),
            SharedKind.Quic => QuicWire.Read(ref reader),
            SharedKind.DhcpOptions => Options(ref reader, kept),
            SharedKind.Dhcpv6Message => Dhcpv6MessageWire.Read(ref reader),
            SharedKind.DnsMessage => DnsMessageWire.Read(ref reader),
            SharedKind.SsdpMessage => SsdpMessageWire.Read(ref reader),
            SharedKind.NetbiosMessage => NetbiosMessageWire.Read(ref reader),
            SharedKind.NetbiosDatagram => NetbiosDatagramWire.Read(ref reader),
            SharedKind.LldpUnit => LldpUnitWire.Read(ref reader),
            SharedKind.CdpPacket => CdpPacketWire.Read(ref reader),
            SharedKind.Certificate => CertificateWire.Read(ref reader),
            SharedKind.SmbContent => SmbContentWire.Read(ref reader),
            SharedKind.SshOffer => SshOfferWire.Read(ref reader),
            _ => null,
        };
    }

    /// <summary>One object for equal options of all batches: what a device sent last is recognised by it.</summary>
    private static DhcpOptions Options(ref BatchReader reader, DecodedContents kept)
    {
        var ahead = reader;
        var bytes = ahead.Rest();
        if (kept.TryGet(SharedKind.DhcpOptions, bytes, out var known)) return (DhcpOptions)known!;
        var options = DhcpOptionsWire.Read(ref reader);
        if (reader.Fault is null) kept.Keep(SharedKind.DhcpOptions, bytes, options);
        return options;
    }

    private static ushort[] Words(ref BatchReader reader)
    {
        if (reader.Left % sizeof(ushort) != 0) reader.Fail("half a 16-bit number");
        if (BitConverter.IsLittleEndian) return MemoryMarshal.Cast<byte, ushort>(reader.Rest()).ToArray();
        var words = new ushort[reader.Left / sizeof(ushort)];
        for (var i = 0; i < words.Length; i++) words[i] = reader.UInt16();
        return words;
    }

    private static int[] Numbers(ref BatchReader reader)
    {
        var numbers = new List<int>();
        while (reader.HasMore) numbers.Add(reader.Int32());
        return [.. numbers];
    }

    private static string[] Texts(ref BatchReader reader)
    {
        var texts = new List<string>();
        while (reader.HasMore) texts.Add(reader.Text());
        return [.. texts];
    }

    private static byte[][] ByteLists(ref BatchReader reader)
    {
        var lists = new List<byte[]>();
        while (reader.HasMore) lists.Add(reader.Bytes());
        return [.. lists];
    }

    private static KnownDevice? Device(ref BatchReader reader, BatchHeader header)
    {
        var kind = (DeviceKeyKind)reader.Byte();
        DeviceKey key;
        if (kind == DeviceKeyKind.Mac) key = DeviceKey.OfMac(reader.Mac());
        else if (!DeviceKey.TryParse(Encoding.UTF8.GetString(reader.Rest()), out key) || key.Kind != kind)
            reader.Fail($"no device key of kind {(int)kind}");
        if (reader.Fault is not null) return null;
        if (ShardId.Of(key, header.ShardCount) is var shard && shard != header.Shard)
            reader.Fail($"a device of shard {shard} in a batch for shard {header.Shard} of {header.ShardCount}");
        return new KnownDevice(key);
    }
}
