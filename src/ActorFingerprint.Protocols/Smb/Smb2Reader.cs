using System.Buffers.Binary;
using System.Globalization;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Smb;

/// <summary>Reads SMB 2 and 3 negotiate and session setup messages (MS-SMB2 §2.2.3 to §2.2.6). GUIDs are passed over.</summary>
internal static class Smb2Reader
{
    /// <summary>Length of the header, as the header gives it.</summary>
    public const int HeaderLength = 64;

    /// <summary>Offset of the command in the header.</summary>
    public const int CommandAt = 12;

    /// <summary>NEGOTIATE.</summary>
    public const ushort Negotiate = 0;

    /// <summary>SESSION_SETUP.</summary>
    public const ushort SessionSetup = 1;

    private const uint IsReply = 1;
    private const int MaxList = 32;
    private const ushort Dialect311 = 0x0311;
    private const int EncryptionContext = 2;
    private const ushort ErrorSize = 9;

    /// <summary>Reads a message from its header on; null when its lengths contradict each other.</summary>
    public static SmbContent? Read(ReadOnlySpan<byte> message)
    {
        if (message.Length < HeaderLength + 4) return null;
        var isServer = (BinaryPrimitives.ReadUInt32LittleEndian(message[16..]) & IsReply) != 0;
        var isSetup = BinaryPrimitives.ReadUInt16LittleEndian(message[CommandAt..]) == SessionSetup;
        var content = new SmbContent { Version = 2, IsServer = isServer, IsSessionSetup = isSetup };
        var body = message[HeaderLength..];
        return (isSetup, isServer) switch
        {
            (false, false) => ReadOffer(content, body, message),
            (false, true) => ReadChoice(content, body, message),
            (true, false) => ReadSetup(content, body, message, 12),
            (true, true) => ReadSetup(content, body, message, 4),
        };
    }

    private static SmbContent? ReadOffer(SmbContent content, ReadOnlySpan<byte> body, ReadOnlySpan<byte> message)
    {
        if (body.Length < 36) return null;
        int count = BinaryPrimitives.ReadUInt16LittleEndian(body[2..]);
        if (body.Length < 36 + count * 2) return null;
        var dialects = new List<string>();
        var has311 = false;
        for (var i = 0; i < Math.Min(count, MaxList); i++)
        {
            var dialect = BinaryPrimitives.ReadUInt16LittleEndian(body[(36 + i * 2)..]);
            has311 |= dialect == Dialect311;
            dialects.Add(Name(dialect));
        }
        content = content with
        {
            Dialects = dialects,
            SecurityMode = BinaryPrimitives.ReadUInt16LittleEndian(body[4..]),
            Capabilities = BinaryPrimitives.ReadUInt32LittleEndian(body[8..]),
        };
        var contexts = BinaryPrimitives.ReadUInt32LittleEndian(body[28..]);
        return has311 ? WithContexts(content, message, contexts, BinaryPrimitives.ReadUInt16LittleEndian(body[32..])) : content;
    }

    private static SmbContent? ReadChoice(SmbContent content, ReadOnlySpan<byte> body, ReadOnlySpan<byte> message)
    {
        if (IsError(body)) return content;
        if (body.Length < 64) return null;
        var dialect = BinaryPrimitives.ReadUInt16LittleEndian(body[4..]);
        content = content with
        {
            Dialect = Name(dialect),
            SecurityMode = BinaryPrimitives.ReadUInt16LittleEndian(body[2..]),
            Capabilities = BinaryPrimitives.ReadUInt32LittleEndian(body[24..]),
        };
        if (dialect != Dialect311) return content;
        var contexts = BinaryPrimitives.ReadUInt32LittleEndian(body[60..]);
        return WithContexts(content, message, contexts, BinaryPrimitives.ReadUInt16LittleEndian(body[6..]));
    }

    private static SmbContent? ReadSetup(SmbContent content, ReadOnlySpan<byte> body, ReadOnlySpan<byte> message, int blobAt)
    {
        if (body.Length < blobAt + 4) return null;
        int offset = BinaryPrimitives.ReadUInt16LittleEndian(body[blobAt..]);
        int length = BinaryPrimitives.ReadUInt16LittleEndian(body[(blobAt + 2)..]);
        if (length == 0) return content;
        if (offset > message.Length || length > message.Length - offset) return null;
        return content with { Ntlm = NtlmReader.Find(message.Slice(offset, length)) };
    }

    /// <summary>Negotiate contexts (§2.2.3.1), each at a multiple of 8 bytes.</summary>
    private static SmbContent? WithContexts(SmbContent content, ReadOnlySpan<byte> message, uint offset, int count)
    {
        var types = new List<int>();
        List<int> ciphers = [];
        for (var i = 0; i < Math.Min(count, MaxList); i++)
        {
            if (offset > message.Length - 8) return null;
            var context = message[(int)offset..];
            int type = BinaryPrimitives.ReadUInt16LittleEndian(context);
            int length = BinaryPrimitives.ReadUInt16LittleEndian(context[2..]);
            if (length > context.Length - 8) return null;
            types.Add(type);
            if (type == EncryptionContext && ciphers.Count == 0) ciphers = ReadCiphers(context.Slice(8, length));
            offset += (uint)(8 + length + 7 & ~7);
        }
        return content with { Contexts = types, Ciphers = ciphers };
    }

    private static List<int> ReadCiphers(ReadOnlySpan<byte> data)
    {
        var ciphers = new List<int>();
        if (data.Length < 2) return ciphers;
        int count = BinaryPrimitives.ReadUInt16LittleEndian(data);
        for (data = data[2..]; data.Length >= 2 && ciphers.Count < Math.Min(count, MaxList); data = data[2..])
            ciphers.Add(BinaryPrimitives.ReadUInt16LittleEndian(data));
        return ciphers;
    }

    private static bool IsError(ReadOnlySpan<byte> body) => BinaryPrimitives.ReadUInt16LittleEndian(body) == ErrorSize;

    private static string Name(ushort dialect) => dialect.ToString("x4", CultureInfo.InvariantCulture);
}
