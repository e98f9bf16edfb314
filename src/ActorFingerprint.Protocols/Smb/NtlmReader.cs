using System.Buffers.Binary;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Smb;

/// <summary>
/// Reads NTLMSSP messages (MS-NLMP §2.2.1) inside a security blob, whatever wraps them. Only what names the machine and its software: no
/// user, no user's domain, no challenge, no response. Lengths that point outside the message make a name absent.
/// </summary>
internal static class NtlmReader
{
    private const uint Unicode = 0x00000001;
    private const uint HasVersion = 0x02000000;
    private const int FieldLength = 8;

    private static ReadOnlySpan<byte> Signature => "NTLMSSP\0"u8;

    /// <summary>The message in a blob, or null.</summary>
    public static NtlmContent? Find(ReadOnlySpan<byte> blob)
    {
        var at = blob.IndexOf(Signature);
        if (at < 0) return null;
        var message = blob[at..];
        return message.Length < 12 ? null : BinaryPrimitives.ReadUInt32LittleEndian(message[8..]) switch
        {
            1 => ReadNegotiate(message),
            2 => ReadChallenge(message),
            3 => ReadAuthenticate(message),
            _ => null,
        };
    }

    private static NtlmContent ReadNegotiate(ReadOnlySpan<byte> message)
    {
        var (version, revision) = VersionOf(message, Flags(message, 12), 32);
        return new NtlmContent
        {
            MessageType = 1,
            OsVersion = version,
            Revision = revision,
            Workstation = SmbText.Of(Field(message, 24), isUnicode: false),
        };
    }

    private static NtlmContent ReadChallenge(ReadOnlySpan<byte> message)
    {
        var flags = Flags(message, 20);
        var (version, revision) = VersionOf(message, flags, 48);
        var content = new NtlmContent
        {
            MessageType = 2,
            OsVersion = version,
            Revision = revision,
            TargetName = SmbText.Of(Field(message, 12), (flags & Unicode) != 0),
        };
        for (var pairs = Field(message, 40); pairs.Length >= 4;)
        {
            int id = BinaryPrimitives.ReadUInt16LittleEndian(pairs);
            int length = BinaryPrimitives.ReadUInt16LittleEndian(pairs[2..]);
            if (id == 0 || length > pairs.Length - 4) break;
            content = With(content, id, pairs.Slice(4, length));
            pairs = pairs[(4 + length)..];
        }
        return content;
    }

    /// <summary>Attribute pairs (§2.2.2.1); those that are no names of the machine's are passed over.</summary>
    private static NtlmContent With(NtlmContent content, int id, ReadOnlySpan<byte> value) => id switch
    {
        1 => content with { NetbiosName = SmbText.Of(value, isUnicode: true) },
        2 => content with { NetbiosDomain = SmbText.Of(value, isUnicode: true) },
        3 => content with { DnsName = SmbText.Of(value, isUnicode: true) },
        4 => content with { DnsDomain = SmbText.Of(value, isUnicode: true) },
        5 => content with { DnsForest = SmbText.Of(value, isUnicode: true) },
        _ => content,
    };

    private static NtlmContent ReadAuthenticate(ReadOnlySpan<byte> message)
    {
        var flags = Flags(message, 60);
        var (version, revision) = VersionOf(message, flags, 64);
        return new NtlmContent
        {
            MessageType = 3,
            OsVersion = version,
            Revision = revision,
            Workstation = SmbText.Of(Field(message, 44), (flags & Unicode) != 0),
        };
    }

    private static uint Flags(ReadOnlySpan<byte> message, int at) =>
        message.Length < at + 4 ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(message[at..]);

    /// <summary>The bytes that the length and offset at a place stand for; empty when they are not in the message.</summary>
    private static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> message, int at)
    {
        if (message.Length < at + FieldLength) return default;
        var length = BinaryPrimitives.ReadUInt16LittleEndian(message[at..]);
        var offset = BinaryPrimitives.ReadUInt32LittleEndian(message[(at + 4)..]);
        return offset > message.Length || length > message.Length - offset ? default : message.Slice((int)offset, length);
    }

    private static (string? Version, int Revision) VersionOf(ReadOnlySpan<byte> message, uint flags, int at)
    {
        if ((flags & HasVersion) == 0 || message.Length < at + 8) return (null, 0);
        var version = message.Slice(at, 8);
        return ($"{version[0]}.{version[1]}.{BinaryPrimitives.ReadUInt16LittleEndian(version[2..])}", version[7]);
    }
}
