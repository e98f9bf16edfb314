using System.Buffers.Binary;
using System.Net;

namespace ActorFingerprint.Tests.Protocols.Network;

/// <summary>
/// Makes headers around a payload, innermost first, as they go on the wire. Checksums are left zero: a passive reader cannot rely on
/// them.
/// </summary>
internal static class Wire
{
    public const string ClientMac = "02:00:00:00:00:01";
    public const string ServerMac = "02:00:00:00:00:02";
    public const string Client = "192.0.2.10";
    public const string Server = "198.51.100.20";
    public const string ClientV6 = "2001:db8::10";
    public const string ServerV6 = "2001:db8:1::20";

    /// <summary>The first bytes of a ClientHello of <paramref name="length"/> handshake bytes in one record.</summary>
    public static byte[] Hello(int length = 300, byte type = 1)
    {
        var hello = new byte[9 + length];
        hello[0] = 22;
        hello[1] = 3;
        hello[2] = 1;
        BinaryPrimitives.WriteUInt16BigEndian(hello.AsSpan(3), (ushort)(length + 4));
        BinaryPrimitives.WriteUInt32BigEndian(hello.AsSpan(5), (uint)length);
        hello[5] = type;
        for (var i = 9; i < hello.Length; i++) hello[i] = (byte)i;
        return hello;
    }

    public static byte[] Bytes(int count, byte value = 0x5A) => [.. Enumerable.Repeat(value, count)];

    public static byte[] U16(int value) => [(byte)(value >> 8), (byte)value];

    public static byte[] U32(long value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    public static byte[] Mac(string text) => [.. text.Split(':').Select(part => Convert.ToByte(part, 16))];

    public static byte[] Tcp(byte[] payload, int source = 40000, int destination = 443, long sequence = 1000, byte flags = 0x18,
        int options = 0) =>
        [.. U16(source), .. U16(destination), .. U32(sequence), .. U32(1), (byte)((20 + options) / 4 << 4), flags, 1, 0, 0, 0, 0, 0,
            .. Bytes(options, 1), .. payload];

    public static byte[] Udp(byte[] payload, int source, int destination, int? length = null) =>
        [.. U16(source), .. U16(destination), .. U16(length ?? 8 + payload.Length), 0, 0, .. payload];

    public static byte[] Ipv4(byte protocol, byte[] payload, string source = Client, string destination = Server, int options = 0,
        int? totalLength = null, int fragment = 0, int identification = 7, byte ttl = 64) =>
        [(byte)(0x40 | (20 + options) / 4), 0, .. U16(totalLength ?? 20 + options + payload.Length), .. U16(identification),
            .. U16(fragment), ttl, protocol, 0, 0, .. IPAddress.Parse(source).GetAddressBytes(),
            .. IPAddress.Parse(destination).GetAddressBytes(), .. Bytes(options, 1), .. payload];

    public static byte[] Ipv6(byte next, byte[] payload, string source = ClientV6, string destination = ServerV6, int? length = null,
        byte hops = 60) =>
        [0x60, 0, 0, 0, .. U16(length ?? payload.Length), next, hops, .. IPAddress.Parse(source).GetAddressBytes(),
            .. IPAddress.Parse(destination).GetAddressBytes(), .. payload];

    public static byte[] Ethernet(int type, byte[] payload, string source = ClientMac, string destination = ServerMac) =>
        [.. Mac(destination), .. Mac(source), .. U16(type), .. payload];

    public static byte[] Vlan(int vlan, int type, byte[] payload) => [.. U16(vlan), .. U16(type), .. payload];

    public static byte[] Snap(int type, byte[] payload) => [0xAA, 0xAA, 3, 0, 0, 0, .. U16(type), .. payload];

    /// <summary>An 802.11 data frame from a station to its access point.</summary>
    public static byte[] Wlan(byte[] body, byte control = 0x08, byte flags = 0x01, byte[]? afterHeader = null, string source = ClientMac,
        string destination = ServerMac) =>
        [control, flags, 0, 0, .. Mac("02:00:00:00:00:AA"), .. Mac(source), .. Mac(destination), 0, 0, .. afterHeader ?? [], .. body];

    public static byte[] Subframe(byte[] body, string source, bool isLast)
    {
        byte[] subframe = [.. Mac(ServerMac), .. Mac(source), .. U16(body.Length), .. body];
        return isLast ? subframe : [.. subframe, .. Bytes((4 - subframe.Length % 4) % 4, 0)];
    }

    /// <summary>A plain Ethernet, IPv4, TCP frame.</summary>
    public static byte[] TcpFrame(byte[] payload, int source = 40000, int destination = 443, long sequence = 1000, byte flags = 0x18,
        string from = Client, string to = Server) =>
        Ethernet(0x0800, Ipv4(6, Tcp(payload, source, destination, sequence, flags), from, to));

    /// <summary>A plain Ethernet, IPv4, UDP frame.</summary>
    public static byte[] UdpFrame(byte[] payload, int source, int destination) =>
        Ethernet(0x0800, Ipv4(17, Udp(payload, source, destination)));
}
