using System.Buffers.Binary;
using System.Text;

namespace ActorFingerprint.Tests.Protocols.Smb;

/// <summary>SMB and NTLM messages made by hand, after MS-CIFS, MS-SMB, MS-SMB2 and MS-NLMP.</summary>
internal static class SmbBytes
{
    public static byte[] U16(int value) => [(byte)value, (byte)(value >> 8)];

    public static byte[] U32(uint value) => [.. U16((int)(value & 0xFFFF)), .. U16((int)(value >> 16))];

    public static byte[] Wide(string text) => Encoding.Unicode.GetBytes(text);

    public static byte[] WideZ(string text) => Wide(text + '\0');

    public static byte[] AsciiZ(string text) => Encoding.Latin1.GetBytes(text + '\0');

    /// <summary>With the header of the session service.</summary>
    public static byte[] Session(byte[] message)
    {
        byte[] header = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(header, message.Length);
        return [.. header, .. message];
    }

    /// <summary>An SMB 1 message.</summary>
    public static byte[] Smb1(byte command, bool isReply, bool isUnicode, byte[] words, byte[] bytes) => Session(
    [
        0xFF, (byte)'S', (byte)'M', (byte)'B', command, 0, 0, 0, 0, (byte)(isReply ? 0x88 : 0x08), .. U16(isUnicode ? 0xC001 : 0x4001),
        .. new byte[20], (byte)(words.Length / 2), .. words, .. U16(bytes.Length), .. bytes,
    ]);

    public static byte[] Smb1Offer(params string[] dialects) =>
        Smb1(0x72, false, false, [], [.. dialects.SelectMany(name => (byte[])[2, .. AsciiZ(name)])]);

    /// <summary>Answer of NT LM 0.12.</summary>
    public static byte[] Smb1Choice(uint capabilities, byte[] bytes, byte challengeLength) => Smb1(0x72, true, true,
        [.. U16(5), 3, .. new byte[16], .. U32(capabilities), .. new byte[10], challengeLength], bytes);

    /// <summary>An SMB 2 message.</summary>
    public static byte[] Smb2(ushort command, bool isReply, byte[] body) => Session(
    [
        0xFE, (byte)'S', (byte)'M', (byte)'B', 64, 0, 0, 0, 0, 0, 0, 0, .. U16(command), 1, 0,
        .. U32(isReply ? 1U : 0), .. new byte[44], .. body,
    ]);

    /// <summary>NEGOTIATE request of dialects with contexts of (type, data), which lie behind the dialects at a multiple of 8.</summary>
    public static byte[] Smb2Offer(ushort[] dialects, params (int Type, byte[] Data)[] contexts)
    {
        var end = 64 + 36 + dialects.Length * 2;
        var at = end + 7 & ~7;
        return Smb2(0, false,
        [
            .. U16(36), .. U16(dialects.Length), .. U16(1), 0, 0, .. U32(0x7F), .. Guid(), .. U32((uint)at), .. U16(contexts.Length), 0, 0,
            .. dialects.SelectMany(dialect => U16(dialect)), .. new byte[at - end], .. Contexts(contexts),
        ]);
    }

    /// <summary>NEGOTIATE response.</summary>
    public static byte[] Smb2Choice(ushort dialect, params (int Type, byte[] Data)[] contexts) => Smb2(0, true,
    [
        .. U16(65), .. U16(3), .. U16(dialect), .. U16(contexts.Length), .. Guid(), .. U32(0x2F), .. new byte[28], .. U16(128), .. U16(0),
        .. U32(128), .. Contexts(contexts),
    ]);

    public static byte[] Smb2Setup(byte[] blob) =>
        Smb2(1, false, [.. U16(25), 0, 1, .. U32(1), .. U32(0), .. U16(64 + 24), .. U16(blob.Length), .. new byte[8], .. blob]);

    public static byte[] Smb2SetupAnswer(byte[] blob) =>
        Smb2(1, true, [.. U16(9), .. U16(0), .. U16(64 + 8), .. U16(blob.Length), .. blob]);

    public static byte[] NtlmNegotiate(string workstation) =>
    [
        .. Ntlm(1), .. U32(0x02000000), .. Field(0, 0), .. Field(workstation.Length, 40), .. Version,
        .. Encoding.ASCII.GetBytes(workstation),
    ];

    public static byte[] NtlmChallenge(string target, params (int Id, string Name)[] pairs)
    {
        byte[] info = [.. pairs.SelectMany(p => (byte[])[.. U16(p.Id), .. U16(p.Name.Length * 2), .. Wide(p.Name)]), 0, 0, 0, 0];
        return
        [
            .. Ntlm(2), .. Field(target.Length * 2, 56), .. U32(0x02000001), .. "CHALLNGE"u8, .. new byte[8],
            .. Field(info.Length, 56 + target.Length * 2), .. Version, .. Wide(target), .. info,
        ];
    }

    /// <summary>With a user, a domain and responses that nothing may show.</summary>
    public static byte[] NtlmAuthenticate(string workstation)
    {
        const int Start = 72;
        return
        [
            .. Ntlm(3), .. Field(6, Start), .. Field(6, Start), .. Field(12, Start), .. Field(12, Start),
            .. Field(workstation.Length * 2, Start + 12), .. Field(6, Start), .. U32(0x02000001), .. Version, .. Wide("SECRET"),
            .. Wide(workstation),
        ];
    }

    private static byte[] Version => [10, 0, .. U16(19041), 0, 0, 0, 15];

    private static byte[] Guid() => [.. Enumerable.Repeat((byte)0x47, 16)];

    private static byte[] Contexts((int Type, byte[] Data)[] contexts) =>
        [.. contexts.SelectMany(
            c => (byte[])[.. U16(c.Type), .. U16(c.Data.Length), .. U32(0), .. c.Data, .. new byte[-c.Data.Length & 7]])];

    private static byte[] Ntlm(uint type) => [.. "NTLMSSP\0"u8, .. U32(type)];

    private static byte[] Field(int length, int offset) => [.. U16(length), .. U16(length), .. U32((uint)offset)];
}
