using System.Text;
using static ActorFingerprint.Tests.Protocols.Dns.DnsBytes;

namespace ActorFingerprint.Tests.Protocols.Names;

/// <summary>NetBIOS messages made by code.</summary>
internal static class NetbiosBytes
{
    public const byte Registration = 5;

    /// <summary>A name in first-level encoding without a scope.</summary>
    public static byte[] Encoded(string name, byte suffix)
    {
        byte[] plain = [.. Encoding.Latin1.GetBytes(name.PadRight(15)), suffix];
        return [32, .. plain.SelectMany(b => (byte[])[(byte)('A' + (b >> 4)), (byte)('A' + (b & 15))]), 0];
    }

    /// <summary>A claim of a name: question, and a record that points to it.</summary>
    public static byte[] Claim(string name, byte suffix, bool isGroup, byte[] address, byte opcode = Registration) =>
        Message((ushort)(opcode << 11 | 0x110), [Question(Encoded(name, suffix), 0x20)], [NameRecord(Pointer(12), isGroup, address)]);

    /// <summary>A positive answer about a name.</summary>
    public static byte[] Answer(string name, byte suffix, bool isGroup, byte[] address) =>
        Message(0x8500, [], [NameRecord(Encoded(name, suffix), isGroup, address)]);

    /// <summary>A name's record.</summary>
    public static byte[] NameRecord(byte[] name, bool isGroup, byte[] address) =>
        Record(name, 0x20, [(byte)(isGroup ? 0xE0 : 0x60), 0, .. address]);

    /// <summary>The answer to a status query.</summary>
    public static byte[] Status(params (string Name, byte Suffix, bool IsGroup)[] names) =>
        Message(0x8400, [], [Record(Encoded("*", 0), 0x21,
        [
            (byte)names.Length, .. names.SelectMany(n =>
                (byte[])[.. Encoding.Latin1.GetBytes(n.Name.PadRight(15)), n.Suffix, (byte)(n.IsGroup ? 0x84 : 4), 0]),
            .. new byte[46],
        ])]);

    public static byte[] Message(ushort flags, byte[][] questions, byte[][] records) =>
    [
        0, 9, .. Number(flags), .. Number((ushort)questions.Length), 0, 0, 0, 0, .. Number((ushort)records.Length),
        .. questions.SelectMany(q => q), .. records.SelectMany(r => r),
    ];

    /// <summary>A datagram to a workgroup.</summary>
    public static byte[] Datagram(string name, byte suffix, byte[] address, byte[] data, byte type = 0x11) =>
    [
        type, 2, 0, 9, .. address, 0, 138, .. Number((ushort)(data.Length + 68)), 0, 0, .. Encoded(name, suffix), .. Encoded("GROUP", 0x1d),
        .. data,
    ];

    /// <summary>A write to the browser's mailslot, or another.</summary>
    public static byte[] Mailslot(byte[] data, string name = @"\MAILSLOT\BROWSE")
    {
        byte[] slot = [.. Encoding.ASCII.GetBytes(name), 0];
        var dataAt = (byte)(69 + slot.Length);
        return
        [
            0xFF, .. "SMB"u8, 0x25, .. new byte[27], 17, 0, 0, (byte)data.Length, 0, .. new byte[18], (byte)data.Length, 0, dataAt, 0,
            3, 0, 1, 0, 1, 0, 2, 0, (byte)(slot.Length + data.Length), 0, .. slot, .. data,
        ];
    }

    /// <summary>An announcement of the browser service.</summary>
    public static byte[] Announcement(byte command, string server, byte major, byte minor, uint type, string comment) =>
    [
        command, 0, 0, 0, 0, 0, .. Encoding.ASCII.GetBytes(server.PadRight(16, '\0')), major, minor, .. BitConverter.GetBytes(type),
        15, 1, 0x55, 0xAA, .. Encoding.ASCII.GetBytes(comment), 0,
    ];
}
