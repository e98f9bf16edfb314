using System.Net;
using ActorFingerprint.Tools.FrameGenerator.Dhcp;
using ActorFingerprint.Tools.FrameGenerator.Packets;
using ActorFingerprint.Tools.FrameGenerator.Truth;
using static ActorFingerprint.Tools.FrameGenerator.Dhcp.DhcpOption;

namespace ActorFingerprint.Tools.FrameGenerator.Cases;

/// <summary>Rules about the inside of a DHCP message.</summary>
internal static class DhcpMessageCases
{
    private static readonly byte[] Usual = [1, 3, 6, 12, 15, 28, 42];

    public static IEnumerable<CaptureCase> All()
    {
        yield return Discover("option55-order", "Option 55 is kept in wire order", Parameters(121, 3, 1, 252, 6));
        yield return Discover("option55-repeats", "Repeated numbers inside option 55 stay", Parameters(1, 3, 3, 6, 1));
        yield return Discover("option55-empty", "Option 55 sent empty is a list, and empty", Parameters());
        yield return Discover("option55-zero-and-255", "0 and 255 inside option 55 are data, not pad and end", Parameters(1, 0, 255, 6));
        yield return Discover("option55-255-entries", "One option holds up to 255 numbers",
            Parameters([.. Enumerable.Range(1, 255).Select(i => (byte)i)]));
        yield return Discover("option55-split", "Two options 55 are concatenated (RFC 3396 §5)", Parameters(1, 3, 6),
            Parameters(15, 31, 33));
        yield return Discover("option55-split-apart", "Pads and another option between the parts change nothing", Parameters(1, 3), Pad,
            Pad, Text(12, "apart"), Parameters(6, 15));
        yield return Discover("no-option55", "A message without option 55 has no list", Text(12, "nolist"), ClientId(CaptureCase.Client));
        yield return Discover("host-name-nul", "A trailing NUL of option 12 is kept as sent", new DhcpOption(12, [.. "camera"u8, 0]),
            Parameters(Usual));
        yield return Discover("host-name-not-utf8", "Option 12 may hold any bytes", new DhcpOption(12, [0xC3, 0x28, 0xFF, .. "box"u8]),
            Parameters(Usual));
        yield return Discover("vendor-class-nul", "Option 60 may hold a NUL", new DhcpOption(60, [.. "udhcp"u8, 0, .. "1.22"u8]),
            Parameters(Usual));
        yield return Discover("client-id-other-mac", "Option 61 may hold another address; chaddr is the device",
            ClientId(EthernetAddress.Parse("02:11:22:33:44:55")), Parameters(Usual));
        yield return Discover("client-id-duid", "Option 61 of type 255 is IAID and DUID (RFC 4361)",
            new DhcpOption(61, [255, 0, 0, 0, 1, 0, 3, 0, 1, .. CaptureCase.Client.ToBytes()]), Parameters(Usual));
        yield return Discover("user-class", "Option 77 is kept as bytes (RFC 3004)", new DhcpOption(77, [4, .. "iPXE"u8]),
            Parameters(Usual));
        yield return Discover("fqdn-wire-format", "Option 81 with the E flag holds a DNS name",
            new DhcpOption(81, [4, 0, 0, .. DnsMessage.Name("pc.home.example")]), Parameters(Usual));
        yield return Discover("type-repeated", "Of two options 53 the first counts", Type(DhcpMessageType.Request), Parameters(Usual));
        yield return Discover("after-end", "What follows the end option is not read", Parameters(Usual), End, Text(12, "ghost"));

        yield return Case("no-end", "A message may stop without the end option", Base([Type(DhcpMessageType.Discover), Parameters(Usual)]));
        yield return Case("length-past-end", "An option that runs past the end is dropped, earlier ones stay",
            Base([Type(DhcpMessageType.Discover), Text(60, "MSFT 5.0"), new DhcpOption(55, [1, 3, 6], ClaimedLength: 40)]), "option_order");
        yield return Case("overload-file", "Overload 1: options continue in file (RFC 2132 §9.3)",
            Overload(1, [Parameters(Usual), End], []), "option_order");
        yield return Case("overload-sname", "Overload 2: options continue in sname", Overload(2, [], [Parameters(Usual), End]),
            "option_order");
        yield return Case("overload-both", "Overload 3: a list runs through options, file, sname in this order (RFC 3396 §5)",
            Overload(3, [Parameters(15, 28), End], [Parameters(42), End], Parameters(1, 3, 6)), "option_order");
        yield return Sent("overload-absent", "Without option 52 file and sname hold no options",
            Base([Type(DhcpMessageType.Discover), Text(60, "plain"), End], file: [Parameters(9, 9, 9), End]),
                Base([Type(DhcpMessageType.Discover), Text(60, "plain"), End]));
        yield return Sent("bad-cookie", "Another cookie: BOOTP, no options",
            Base([Type(DhcpMessageType.Discover), Parameters(Usual), End], 0x63825364), Base([], 0x63825364));
        yield return Case("bootp-no-cookie", "A message of 236 bytes is BOOTP", Base([], null));
        yield return Case("bootp-cookie-end", "Cookie and end without option 53: BOOTP", Base([End]));
        yield return Case("bootp-reply", "A BOOTP reply tells of its client",
            new DhcpMessage { Op = 2, HardwareAddress = Mac, TransactionId = 7, YourAddress = Home(7), Options = [End] });
        yield return InfiniBand();
        yield return LongHardwareAddress();
        yield return Types();
    }

    private static byte[] Mac => CaptureCase.Client.ToBytes();

    private static CaptureCase Discover(string name, string rule, params DhcpOption[] options) =>
        Case(name, rule, Base([Type(DhcpMessageType.Discover), .. options, End]));

    private static CaptureCase Case(string name, string rule, DhcpMessage message, params string[] open) =>
        Sent(name, rule, message, message, open);

    /// <summary>A case in which a reader must see another message than the bytes suggest.</summary>
    private static CaptureCase Sent(string name, string rule, DhcpMessage sent, DhcpMessage seen, params string[] open)
    {
        var test = new CaptureCase("dhcp", name, rule);
        test.Truth.Add(new DhcpExpectation(test.Add(DhcpCarrierCases.Broadcast(sent)), CaptureCase.ClientText, seen) { Open = open });
        return test;
    }

    private static DhcpMessage Base(DhcpOption[] options, uint? cookie = 0x63825363, DhcpOption[]? file = null) =>
        new() { HardwareAddress = Mac, TransactionId = 0x3903F326, Options = options, Cookie = cookie, FileOptions = file ?? [] };

    private static DhcpMessage Overload(byte fields, DhcpOption[] file, DhcpOption[] serverName, params DhcpOption[] options) => new()
    {
        HardwareAddress = Mac,
        TransactionId = 0x3903F326,
        Options = [Type(DhcpMessageType.Discover), new DhcpOption(52, [fields]), .. options, End],
        FileOptions = file,
        ServerNameOptions = serverName,
    };

    private static CaptureCase InfiniBand()
    {
        byte[] clientId = [255, 0, 0, 0, 1, 0, 2, 0, 0, 0x13, 0x8A, 1, 2, 3, 4];
        var message = new DhcpMessage
        {
            HardwareType = 32,
            HardwareLength = 0,
            HardwareAddress = [],
            TransactionId = 0x3903F327,
            Options = [Type(DhcpMessageType.Discover), new DhcpOption(61, clientId), Parameters(Usual), End],
        };
        var test = new CaptureCase("dhcp", "hlen-zero", "hlen 0: the client identifier is the device (RFC 4390)");
        test.Truth.Add(new DhcpExpectation(test.Add(DhcpCarrierCases.Broadcast(message)), "cid:" + Convert.ToHexStringLower(clientId),
            message));
        return test;
    }

    private static CaptureCase LongHardwareAddress()
    {
        var message = new DhcpMessage
        {
            HardwareLength = 16,
            HardwareAddress = [.. Mac, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
            TransactionId = 0x3903F328,
            Options = [Type(DhcpMessageType.Discover), Parameters(Usual), End],
        };
        var test = new CaptureCase("dhcp", "hlen-sixteen", "hlen 16 uses the whole chaddr field and nothing behind it");
        test.Truth.Add(new DhcpExpectation(test.Add(DhcpCarrierCases.Broadcast(message)), "", message));
        return test;
    }

    private static CaptureCase Types()
    {
        var test = new CaptureCase("dhcp", "message-types", "Every message is an observation of the client, whoever sends it");
        Note(Base([Type(DhcpMessageType.Discover), Parameters(Usual), End]));
        Note(Answer(DhcpMessageType.Offer));
        Note(Base([Type(DhcpMessageType.Request), Address(50, Home(7)), Address(54, Home(1)), Parameters(Usual), End]));
        Note(Answer(DhcpMessageType.Ack));
        Note(FromHome(DhcpMessageType.Inform, Parameters(1, 3, 15)));
        Note(Base([Type(DhcpMessageType.Decline), Address(50, Home(7)), End]));
        Note(Answer(DhcpMessageType.Nak));
        Note(FromHome(DhcpMessageType.Release));
        return test;

        void Note(DhcpMessage message) =>
            test.Truth.Add(new DhcpExpectation(test.Add(DhcpCarrierCases.Broadcast(message)), CaptureCase.ClientText, message));

        static DhcpMessage FromHome(DhcpMessageType type, params DhcpOption[] options) =>
            new() { HardwareAddress = Mac, TransactionId = 8, ClientAddress = Home(7), Options = [Type(type), .. options, End] };

        static DhcpMessage Answer(DhcpMessageType type) => new()
        {
            Op = 2,
            HardwareAddress = Mac,
            TransactionId = 7,
            YourAddress = type is DhcpMessageType.Nak ? IPAddress.Any : Home(7),
            Options = [Type(type), Address(54, Home(1)), End],
        };
    }

    private static IPAddress Home(byte last) => new([10, 20, 1, last]);
}
