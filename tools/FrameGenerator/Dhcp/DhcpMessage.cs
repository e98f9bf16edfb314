using System.Net;
using System.Text;
using ActorFingerprint.Tools.FrameGenerator.Packets;

namespace ActorFingerprint.Tools.FrameGenerator.Dhcp;

/// <summary>One option as it stands in a message; codes 0 and 255 have no length byte.</summary>
/// <param name="Code">Option code.</param>
/// <param name="Value">Its bytes.</param>
/// <param name="ClaimedLength">The length byte when it shall lie; else null.</param>
internal sealed record DhcpOption(byte Code, byte[] Value, int? ClaimedLength = null)
{
    public const byte PadCode = 0;
    public const byte EndCode = 255;

    public static DhcpOption Pad { get; } = new(PadCode, []);

    public static DhcpOption End { get; } = new(EndCode, []);

    public static DhcpOption Text(byte code, string text) => new(code, Encoding.ASCII.GetBytes(text));

    public static DhcpOption Address(byte code, IPAddress address) => new(code, address.GetAddressBytes());

    public static DhcpOption Seconds(byte code, uint seconds) => new(code, new WireBuffer().U32(seconds).ToArray());

    public static DhcpOption Type(DhcpMessageType type) => new(53, [(byte)type]);

    public static DhcpOption Parameters(params byte[] codes) => new(55, codes);

    public static DhcpOption ClientId(EthernetAddress mac) => new(61, [1, .. mac.ToBytes()]);
}

/// <summary>DHCP message types (RFC 2132 §9.6).</summary>
internal enum DhcpMessageType
{
    None = 0,
    Discover = 1,
    Offer = 2,
    Request = 3,
    Decline = 4,
    Ack = 5,
    Nak = 6,
    Release = 7,
    Inform = 8,
}

/// <summary>The model of one DHCPv4 or BOOTP message (RFC 2131 §2): what is sent, and what its truth is read from.</summary>
internal sealed class DhcpMessage
{
    public const int ServerPort = 67;
    public const int ClientPort = 68;

    public byte Op { get; init; } = 1;

    public byte HardwareType { get; init; } = 1;

    public byte HardwareLength { get; init; } = 6;

    /// <summary>The first bytes of <c>chaddr</c>; the field is filled with zeros to 16.</summary>
    public required byte[] HardwareAddress { get; init; }

    public uint TransactionId { get; init; }

    public byte Hops { get; init; }

    public ushort Flags { get; init; }

    public IPAddress ClientAddress { get; init; } = IPAddress.Any;

    public IPAddress YourAddress { get; init; } = IPAddress.Any;

    public IPAddress RelayAddress { get; init; } = IPAddress.Any;

    /// <summary>The options field in wire order, the end option included when there shall be one.</summary>
    public IReadOnlyList<DhcpOption> Options { get; init; } = [];

    /// <summary>Options in the <c>file</c> field (overload 1 or 3).</summary>
    public IReadOnlyList<DhcpOption> FileOptions { get; init; } = [];

    /// <summary>Options in the <c>sname</c> field (overload 2 or 3).</summary>
    public IReadOnlyList<DhcpOption> ServerNameOptions { get; init; } = [];

    /// <summary>The four bytes before the options; null leaves the message as plain BOOTP with a vendor area of zeros.</summary>
    public uint? Cookie { get; init; } = 0x63825363;

    /// <summary>Length to which zeros fill the message, as clients do for the sake of BOOTP relays; 0 for none.</summary>
    public int MinimumLength { get; init; }

    /// <summary>The message's bytes: the UDP payload.</summary>
    public byte[] ToBytes()
    {
        var wire = new WireBuffer().U8(Op).U8(HardwareType).U8(HardwareLength).U8(Hops).U32(TransactionId).U16(0).U16(Flags)
            .Address(ClientAddress).Address(YourAddress).Address(IPAddress.Any).Address(RelayAddress)
            .Bytes(Field(HardwareAddress, 16)).Bytes(Field(Encode(ServerNameOptions), 64)).Bytes(Field(Encode(FileOptions), 128));
        if (Cookie is { } cookie) wire.U32(cookie).Bytes(Encode(Options));
        return wire.Zeros(Math.Max(0, MinimumLength - wire.Length)).ToArray();
    }

    private static byte[] Encode(IEnumerable<DhcpOption> options)
    {
        var wire = new WireBuffer();
        foreach (var option in options)
        {
            wire.U8(option.Code);
            if (option.Code is not (DhcpOption.PadCode or DhcpOption.EndCode)) wire.U8(option.ClaimedLength ?? option.Value.Length)
                .Bytes(option.Value);
        }
        return wire.ToArray();
    }

    private static byte[] Field(byte[] value, int length) => [.. value, .. new byte[length - value.Length]];
}
