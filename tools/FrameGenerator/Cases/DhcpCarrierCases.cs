using System.Net;
using ActorFingerprint.Tools.FrameGenerator.Dhcp;
using ActorFingerprint.Tools.FrameGenerator.Packets;
using ActorFingerprint.Tools.FrameGenerator.Truth;
using ActorFingerprint.Tools.FrameGenerator.Writers;
using static ActorFingerprint.Tools.FrameGenerator.Dhcp.DhcpOption;

namespace ActorFingerprint.Tools.FrameGenerator.Cases;

/// <summary>Rules about what carries a DHCP message: links, IP, UDP, relays.</summary>
internal static class DhcpCarrierCases
{
    private static readonly IpRoute Everyone = new(IPAddress.Any, IPAddress.Broadcast);
    private static readonly IPAddress Relay = new([10, 21, 0, 1]);
    private static readonly IPAddress Server = new([10, 20, 0, 1]);

    private static readonly DhcpMessage Message = new()
    {
        HardwareAddress = CaptureCase.Client.ToBytes(),
        TransactionId = 0x3903F326,
        Options = [Type(DhcpMessageType.Discover), Text(12, "carried"), Parameters(1, 3, 6, 12, 15, 28, 42), End],
    };

    /// <summary>The message as a client broadcasts it on Ethernet.</summary>
    public static byte[] Broadcast(DhcpMessage message) => OnEthernet(Datagram(message.ToBytes()));

    public static IEnumerable<CaptureCase> All()
    {
        yield return Case("short-message", "A message may be shorter than 300 bytes", OnEthernet(Datagram(Message.ToBytes())));
        yield return Case("padded-message", "Zeros after the end option are nothing",
            OnEthernet(Datagram([.. Message.ToBytes(), .. new byte[64]])));
        yield return Case("vlan", "One 802.1Q tag",
            Links.EthernetFrame(EthernetAddress.Broadcast, CaptureCase.Client, 0x0800, Datagram(Message.ToBytes()), (0x8100, 42)));
        yield return Case("qinq", "802.1ad around 802.1Q",
            Links.EthernetFrame(EthernetAddress.Broadcast, CaptureCase.Client, 0x0800, Datagram(Message.ToBytes()), (0x88A8, 100),
                (0x8100, 200)));
        yield return Case("ip-options", "An IPv4 header of 24 bytes", OnEthernet(
            UdpDatagram.Packet(Everyone with { Options = [0x94, 4, 0, 0] }, DhcpMessage.ClientPort, DhcpMessage.ServerPort,
                Message.ToBytes())));
        yield return Case("source-port", "An odd source port through a translating relay",
            OnEthernet(UdpDatagram.Packet(Everyone, 1068, DhcpMessage.ServerPort, Message.ToBytes())));
        yield return Case("raw-ip", "Raw IP has no MAC address: chaddr is the device", Datagram(Message.ToBytes()), CaptureWriter.Raw);
        yield return Case("linux-cooked", "Linux cooked capture",
            Links.Cooked(CaptureCase.Client, CaptureCase.Peer)(Datagram(Message.ToBytes()), true), CaptureWriter.LinuxCooked);
        yield return Fragments();
        yield return EthernetTrailer();
        yield return UdpLength();
        yield return SnapLength();
        yield return Relayed();
        yield return Renewal();
        yield return QuotedInIcmp();
    }

    private static byte[] Datagram(byte[] payload) => UdpDatagram.Packet(Everyone, DhcpMessage.ClientPort, DhcpMessage.ServerPort, payload);

    private static byte[] OnEthernet(byte[] packet) => Links.EthernetFrame(EthernetAddress.Broadcast, CaptureCase.Client, 0x0800, packet);

    private static CaptureCase Case(string name, string rule, byte[] frame, int linkType = CaptureWriter.Ethernet)
    {
        var test = new CaptureCase("dhcp", name, rule) { LinkType = linkType };
        Expect(test, test.Add(frame), Message);
        return test;
    }

    private static void Expect(CaptureCase test, Frame frame, DhcpMessage message) =>
        test.Truth.Add(new DhcpExpectation(frame, CaptureCase.ClientText, message));

    private static DhcpMessage Of(params DhcpOption[] options) =>
        new() { HardwareAddress = Message.HardwareAddress, TransactionId = 9, Options = options };

    private static CaptureCase Fragments()
    {
        var test = new CaptureCase("dhcp", "ip-fragments", "Two IPv4 fragments are one message, complete at the second");
        var datagram = UdpDatagram.Build(Everyone, DhcpMessage.ClientPort, DhcpMessage.ServerPort, Message.ToBytes());
        var frames = IpPacket.Fragments(Everyone, IpPacket.Udp, datagram, 0x4242, 248).Select(packet => test.Add(OnEthernet(packet)))
            .ToArray();
        Expect(test, frames[1], Message);
        return test;
    }

    private static CaptureCase EthernetTrailer()
    {
        var test = new CaptureCase("dhcp", "ethernet-trailer", "Bytes after the IP packet are not read");
        var unfinished = Of(Type(DhcpMessageType.Discover), Text(60, "short"));
        Expect(test, test.Add([.. Broadcast(unfinished), 55, 3, 1, 3, 6, 255]), unfinished);
        return test;
    }

    private static CaptureCase UdpLength()
    {
        var test = new CaptureCase("dhcp", "udp-length", "Options stop where the UDP length says");
        var seen = Of(Type(DhcpMessageType.Discover), Text(60, "short"));
        var bytes = seen.ToBytes();
        var datagram =
            UdpDatagram.Build(Everyone, DhcpMessage.ClientPort, DhcpMessage.ServerPort, [.. bytes, 55, 3, 1, 3, 6, 255],
                length: 8 + bytes.Length);
        Expect(test, test.Add(OnEthernet(IpPacket.Build(Everyone, IpPacket.Udp, datagram))), seen);
        return test;
    }

    private static CaptureCase SnapLength()
    {
        var test = new CaptureCase("dhcp", "snap-length", "A capture cut inside option 55 must not give a shortened list");
        var sent = Of(Type(DhcpMessageType.Discover), Text(60, "cut"), Parameters(1, 3, 6, 12, 15), End);
        var seen = Of(Type(DhcpMessageType.Discover), Text(60, "cut"));
        var frame = Broadcast(sent);
        test.Truth.Add(new DhcpExpectation(test.AddCut(frame, frame.Length - 4), CaptureCase.ClientText, seen)
        {
            Open = ["option_order"],
            IsOptional = true
        });
        return test;
    }

    private static CaptureCase Relayed()
    {
        var test = new CaptureCase("dhcp", "relayed", "A relayed message tells of chaddr, not of the relay (RFC 2131 §4.1)");
        var message = new DhcpMessage
        {
            HardwareAddress = Message.HardwareAddress,
            TransactionId = 10,
            Hops = 1,
            RelayAddress = Relay,
            Options = [Type(DhcpMessageType.Discover), Parameters(1, 3, 6), new DhcpOption(82, [1, 4, 0, 20, 0, 7]), End],
        };
        var datagram = UdpDatagram.Packet(new IpRoute(Relay, Server), DhcpMessage.ServerPort, DhcpMessage.ServerPort, message.ToBytes());
        Expect(test, test.Add(Links.EthernetFrame(CaptureCase.Peer, EthernetAddress.Parse("24:5A:4C:00:00:01"), 0x0800, datagram)),
            message);
        return test;
    }

    private static CaptureCase Renewal()
    {
        var test = new CaptureCase("dhcp", "renewal", "A renewing REQUEST is unicast, has ciaddr and no option 50");
        var home = new IPAddress([10, 20, 1, 7]);
        var message =
            new DhcpMessage
            {
                HardwareAddress = Message.HardwareAddress,
                TransactionId = 11,
                ClientAddress = home,
                Options = [Type(DhcpMessageType.Request), Parameters(1, 3, 6), End]
            };
        var datagram = UdpDatagram.Packet(new IpRoute(home, Server), DhcpMessage.ClientPort, DhcpMessage.ServerPort, message.ToBytes());
        Expect(test, test.Add(Links.EthernetFrame(CaptureCase.Peer, CaptureCase.Client, 0x0800, datagram)), message);
        return test;
    }

    private static CaptureCase QuotedInIcmp()
    {
        var test = new CaptureCase("dhcp", "quoted-in-icmp", "A message quoted inside an ICMP error is no observation");
        var home = new IPAddress([10, 20, 1, 7]);
        var quoted = UdpDatagram.Packet(new IpRoute(Server, home), DhcpMessage.ServerPort, DhcpMessage.ClientPort, Message.ToBytes());
        var error = new WireBuffer().U8(3).U8(3).U16(0).U32(0).Bytes(quoted);
        error.PatchU16(2, InternetChecksum.Of(error.ToArray()));
        test.Add(Links.EthernetFrame(CaptureCase.Peer, CaptureCase.Client, 0x0800,
            IpPacket.Build(new IpRoute(home, Server), protocol: 1, error.ToArray())));
        return test;
    }
}
