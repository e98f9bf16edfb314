using System.Buffers.Binary;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Ntp;

/// <summary>Reads the header of an NTP message (RFC 1059, RFC 1119, RFC 1305, RFC 5905 §7.3). Never throws, never allocates.</summary>
internal readonly ref struct NtpReader
{
    private const int TimeLength = 48;
    private const int ControlLength = 12;
    private const int PrivateLength = 8;
    private const int ModeMask = 7;
    private const ulong First = 0x9E3779B97F4A7C15;
    private const ulong Second = 0xD6E8FEB86659FD93;

    private static readonly (int Offset, int Length, NtpFields Name)[] Fields =
    [
        (4, 4, NtpFields.RootDelay), (8, 4, NtpFields.RootDispersion), (12, 4, NtpFields.ReferenceId), (16, 8, NtpFields.Reference),
        (24, 8, NtpFields.Origin), (32, 8, NtpFields.Receive), (40, 8, NtpFields.Transmit),
    ];

    private readonly ReadOnlySpan<byte> _message;

    private NtpReader(ReadOnlySpan<byte> message) => _message = message;

    /// <summary>Who talks how.</summary>
    public NtpMode Mode => (NtpMode)(_message[0] & ModeMask);

    /// <summary>Everything that the stage's facts are made of, in one value: equal for equal facts.</summary>
    public ulong ContentHash
    {
        get
        {
            var first = BinaryPrimitives.ReadUInt32BigEndian(_message);
            if (!IsTime) return Protocols.ContentHash.Mix((first >> 24) + 1, First);
            var stack = (ulong)first << 32 | NtpFact.ReferenceOf(Stratum, ReferenceId);
            return Protocols.ContentHash.Mix(stack ^ First, ((ulong)Present << 32 | (uint)Extra) ^ Second);
        }
    }

    private bool IsTime => Mode is not (NtpMode.Control or NtpMode.Private);

    private int Stratum => _message[1];

    private uint ReferenceId => BinaryPrimitives.ReadUInt32BigEndian(_message[12..]);

    private int Extra => _message.Length - TimeLength;

    private NtpFields Present
    {
        get
        {
            var present = NtpFields.None;
            foreach (var (offset, length, name) in Fields)
                if (_message.Slice(offset, length).ContainsAnyExcept((byte)0)) present |= name;
            return present;
        }
    }

    /// <summary>False for a version that does not exist, and for a message shorter than its mode asks for.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, out NtpReader reader)
    {
        reader = new NtpReader(message);
        if (message.IsEmpty || (message[0] >> 3 & 7) is < 1 or > 4) return false;
        return message.Length >= reader.Mode switch
        {
            NtpMode.Control => ControlLength,
            NtpMode.Private => PrivateLength,
            _ => TimeLength,
        };
    }

    /// <summary>The header as an object of its own.</summary>
    public NtpHeader ToHeader()
    {
        var version = _message[0] >> 3 & 7;
        return IsTime
            ? new NtpHeader(version, Mode, _message[0] >> 6, Stratum, (sbyte)_message[2], (sbyte)_message[3], ReferenceId, Present, Extra)
            : new NtpHeader(version, Mode, 0, 0, 0, 0, 0, NtpFields.None, 0);
    }
}
