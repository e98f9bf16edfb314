using System.Buffers.Binary;
using System.Globalization;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Smb;

/// <summary>Reads SMB 1 negotiate and session setup messages (MS-CIFS §2.2.4.52, §2.2.4.53; MS-SMB §2.2.4.5, §2.2.4.6).</summary>
internal static class Smb1Reader
{
    /// <summary>SMB_COM_NEGOTIATE.</summary>
    public const byte Negotiate = 0x72;

    /// <summary>SMB_COM_SESSION_SETUP_ANDX.</summary>
    public const byte SessionSetup = 0x73;

    private const int HeaderLength = 32;
    private const byte IsReply = 0x80;
    private const int UnicodeFlags2 = 0x8000;
    private const uint ExtendedSecurity = 0x80000000;
    private const int MaxDialects = 64;

    /// <summary>Reads a message from its header on; null when its lengths contradict each other.</summary>
    public static SmbContent? Read(ReadOnlySpan<byte> message)
    {
        if (message.Length <= HeaderLength) return null;
        int wordsLength = message[HeaderLength] * 2;
        var bytesAt = HeaderLength + 1 + wordsLength + 2;
        if (message.Length < bytesAt) return null;
        var words = message.Slice(HeaderLength + 1, wordsLength);
        var length = BinaryPrimitives.ReadUInt16LittleEndian(message[(bytesAt - 2)..]);
        var bytes = message[bytesAt..];
        if (length > bytes.Length) return null;
        bytes = bytes[..length];
        var isServer = (message[9] & IsReply) != 0;
        var isUnicode = (BinaryPrimitives.ReadUInt16LittleEndian(message[10..]) & UnicodeFlags2) != 0;
        var content = new SmbContent { Version = 1, IsServer = isServer, IsSessionSetup = message[4] == SessionSetup };
        return (content.IsSessionSetup, isServer) switch
        {
            (false, false) => content with { Dialects = ReadDialects(bytes) },
            (false, true) => ReadChoice(content, words, bytes, isUnicode),
            (true, false) => ReadRequest(content, words, bytes, bytesAt, isUnicode),
            (true, true) => ReadAnswer(content, words, bytes, bytesAt, isUnicode),
        };
    }

    private static List<string> ReadDialects(ReadOnlySpan<byte> bytes)
    {
        var dialects = new List<string>();
        while (dialects.Count < MaxDialects && bytes is [2, ..])
        {
            bytes = bytes[1..];
            if (SmbText.Read(ref bytes, isUnicode: false) is { } name) dialects.Add(name);
        }
        return dialects;
    }

    /// <summary>The answer of NT LM 0.12 has 17 words; those of older dialects tell the place of the dialect only.</summary>
    private static SmbContent? ReadChoice(SmbContent content, ReadOnlySpan<byte> words, ReadOnlySpan<byte> bytes, bool isUnicode)
    {
        if (words.Length < 2) return null;
        content = content with { Dialect = "#" + BinaryPrimitives.ReadUInt16LittleEndian(words).ToString(CultureInfo.InvariantCulture) };
        if (words.Length != 34) return content;
        var capabilities = BinaryPrimitives.ReadUInt32LittleEndian(words[19..]);
        content = content with { SecurityMode = words[2], Capabilities = capabilities };
        int challenge = words[33];
        if ((capabilities & ExtendedSecurity) != 0 || challenge > bytes.Length) return content;
        bytes = bytes[challenge..];
        return content with { Domain = SmbText.Read(ref bytes, isUnicode), ServerName = SmbText.Read(ref bytes, isUnicode) };
    }

    private static SmbContent? ReadRequest(
        SmbContent content, ReadOnlySpan<byte> words, ReadOnlySpan<byte> bytes, int bytesAt, bool isUnicode)
    {
        if (words.Length is not (20 or 24 or 26)) return null;
        if (words.Length == 24)
        {
            if (!TryReadBlob(words[14..], ref bytes, ref bytesAt, out var ntlm)) return null;
            content = content with { Ntlm = ntlm, Capabilities = BinaryPrimitives.ReadUInt32LittleEndian(words[20..]) };
        }
        else
        {
            int passwords = BinaryPrimitives.ReadUInt16LittleEndian(words[14..]);
            if (words.Length == 26)
            {
                passwords += BinaryPrimitives.ReadUInt16LittleEndian(words[16..]);
                content = content with { Capabilities = BinaryPrimitives.ReadUInt32LittleEndian(words[22..]) };
            }
            if (passwords > bytes.Length) return null;
            bytes = bytes[passwords..];
            bytesAt += passwords;
        }
        Align(ref bytes, bytesAt, isUnicode);
        if (words.Length != 24)
        {
            SmbText.Skip(ref bytes, isUnicode); // account name
            SmbText.Skip(ref bytes, isUnicode); // the account's domain
        }
        return content with { NativeOs = SmbText.Read(ref bytes, isUnicode), LanManager = SmbText.Read(ref bytes, isUnicode) };
    }

    private static SmbContent? ReadAnswer(
        SmbContent content, ReadOnlySpan<byte> words, ReadOnlySpan<byte> bytes, int bytesAt, bool isUnicode)
    {
        if (words.Length == 0) return content; // an error: nothing but its status
        if (words.Length is not (6 or 8)) return null;
        if (words.Length == 8)
        {
            if (!TryReadBlob(words[6..], ref bytes, ref bytesAt, out var ntlm)) return null;
            content = content with { Ntlm = ntlm };
        }
        Align(ref bytes, bytesAt, isUnicode);
        return content with
        {
            NativeOs = SmbText.Read(ref bytes, isUnicode),
            LanManager = SmbText.Read(ref bytes, isUnicode),
            Domain = SmbText.Read(ref bytes, isUnicode),
        };
    }

    private static bool TryReadBlob(ReadOnlySpan<byte> lengthWord, ref ReadOnlySpan<byte> bytes, ref int bytesAt, out NtlmContent? ntlm)
    {
        ntlm = null;
        int length = BinaryPrimitives.ReadUInt16LittleEndian(lengthWord);
        if (length > bytes.Length) return false;
        ntlm = NtlmReader.Find(bytes[..length]);
        bytes = bytes[length..];
        bytesAt += length;
        return true;
    }

    /// <summary>UTF-16 names begin at an even distance from the header.</summary>
    private static void Align(ref ReadOnlySpan<byte> bytes, int at, bool isUnicode)
    {
        if (isUnicode && (at & 1) != 0 && !bytes.IsEmpty) bytes = bytes[1..];
    }
}
