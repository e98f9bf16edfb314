using System.Buffers.Binary;
using System.Text;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Core.Text;

namespace ActorFingerprint.Protocols.Names;

/// <summary>
/// Reads the browser message (MS-BRWS §2.2) in a mailslot write: an SMB transaction (MS-CIFS §2.2.4.33) with 17 words and the mailslot's
/// name behind them. Never throws.
/// </summary>
internal static class BrowserReader
{
    private const byte Transaction = 0x25;
    private const byte Words = 17;
    private const int CommandAt = 4;
    private const int WordsAt = 32;
    private const int DataCountAt = WordsAt + 1 + 22;
    private const int DataOffsetAt = DataCountAt + 2;
    private const int MailslotAt = WordsAt + 1 + 2 * Words + 2;

    private const int AnnouncedServerAt = 6;
    private const int VersionAt = 22;
    private const int ServerTypeAt = 24;
    private const int CommentAt = 32;
    private const int ElectionServerAt = 14;
    private const int MaxServer = 16;
    private const int MaxComment = 64;

    private static ReadOnlySpan<byte> Smb => [0xFF, (byte)'S', (byte)'M', (byte)'B'];

    private static ReadOnlySpan<byte> Mailslot => "\\MAILSLOT\\BROWSE\0"u8;

    /// <summary>False for another SMB message or mailslot, or one that is cut.</summary>
    /// <param name="message">The user data of a NetBIOS datagram.</param>
    /// <param name="read">Gets the message.</param>
    public static bool TryRead(ReadOnlySpan<byte> message, out BrowserAnnouncement read)
    {
        read = null!;
        if (!TryReadMailslot(message, out var data)) return false;
        var command = (BrowserCommand)data[0];
        switch (command)
        {
            case BrowserCommand.HostAnnouncement or BrowserCommand.LocalMasterAnnouncement or BrowserCommand.DomainAnnouncement:
                if (data.Length < CommentAt) return false;
                var isDomain = command == BrowserCommand.DomainAnnouncement;
                var remark = TextOf(data[CommentAt..], MaxComment);
                read = new BrowserAnnouncement
                {
                    Command = command,
                    Server = TextOf(data[AnnouncedServerAt..], MaxServer),
                    OsMajor = data[VersionAt],
                    OsMinor = data[VersionAt + 1],
                    ServerType = BinaryPrimitives.ReadUInt32LittleEndian(data[ServerTypeAt..]),
                    Comment = isDomain ? null : remark,
                    Master = isDomain ? remark : null,
                };
                return true;
            case BrowserCommand.Election:
                if (data.Length < ElectionServerAt) return false;
                read = new BrowserAnnouncement { Command = command, Server = TextOf(data[ElectionServerAt..], MaxServer) };
                return true;
            default:
                read = new BrowserAnnouncement { Command = command };
                return true;
        }
    }

    /// <summary>The data written to the browser's mailslot; not empty.</summary>
    private static bool TryReadMailslot(ReadOnlySpan<byte> message, out ReadOnlySpan<byte> data)
    {
        data = default;
        if (message.Length < MailslotAt + Mailslot.Length || !message.StartsWith(Smb)) return false;
        if (message[CommandAt] != Transaction || message[WordsAt] != Words) return false;
        if (!Ascii.EqualsIgnoreCase(message.Slice(MailslotAt, Mailslot.Length), Mailslot)) return false;
        int count = BinaryPrimitives.ReadUInt16LittleEndian(message[DataCountAt..]);
        int offset = BinaryPrimitives.ReadUInt16LittleEndian(message[DataOffsetAt..]);
        if (count == 0 || offset < MailslotAt || offset + count > message.Length) return false;
        data = message.Slice(offset, count);
        return true;
    }

    /// <summary>Text up to a NUL, at most <paramref name="room"/> bytes; null when it is empty.</summary>
    private static string? TextOf(ReadOnlySpan<byte> field, int room)
    {
        field = field[..Math.Min(field.Length, room)];
        if (field.IndexOf((byte)0) is var end and >= 0) field = field[..end];
        return field.IsEmpty ? null : WireText.Escape(field);
    }
}
