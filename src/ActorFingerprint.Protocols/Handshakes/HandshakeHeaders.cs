using System.Buffers.Binary;
using ActorFingerprint.Core.Fingerprints;
using ActorFingerprint.Protocols.Network;

namespace ActorFingerprint.Protocols.Handshakes;

/// <summary>
/// The IP and TCP header of a SYN or SYN+ACK, read without an allocation; <see cref="ToHandshake"/> keeps it. Borrows the packet.
/// </summary>
public ref struct HandshakeHeaders
{
    private const byte Ece = 0x40;
    private const byte Cwr = 0x80;
    private const byte Urg = 0x20;
    private const byte Ack = 0x10;
    private const byte Psh = 0x08;
    private const byte Rst = 0x04;
    private const byte Syn = 0x02;
    private const byte Fin = 0x01;
    private const byte NonceSum = 0x01;
    private const int MaxWindowScale = 14;
    private const ulong LayoutPrime = 1099511628211;

    private ReadOnlySpan<byte> _options;
    private ulong _layout;
    private int _networkHeaderLength;
    private int _paddingLength;
    private int _optionCount;
    private uint _timestamp;
    private uint _echoedTimestamp;
    private ushort _networkId;
    private ushort _window;
    private ushort _segmentSize;
    private byte _timeToLive;
    private byte _windowScale;
    private bool _isV6;
    private bool _isAnswer;
    private bool _hasSegmentSize;
    private bool _hasWindowScale;
    private bool _hasTimestamps;
    private bool _hasPayload;
    private TcpQuirks _quirks;

    /// <summary>The segment answers a SYN.</summary>
    public readonly bool IsAnswer => _isAnswer;

    /// <summary>TTL or hop limit as it arrived.</summary>
    public readonly byte TimeToLive => _timeToLive;

    /// <summary>A hash of everything that the signature shows, and of nothing else; never the same for a SYN and a SYN+ACK.</summary>
    public readonly ulong SignatureHash
    {
        get
        {
            var sizes = (ulong)_window << 48 | (ulong)_segmentSize << 32 | (ulong)(uint)_networkHeaderLength << 16
                | (ulong)_timeToLive << 8 | _windowScale;
            var traits = (ulong)(uint)_quirks << 32 | (ulong)(uint)_paddingLength << 8
                | Bit(_isV6, 0) | Bit(_isAnswer, 1) | Bit(_hasPayload, 2);
            return ContentHash.Mix(ContentHash.Mix(sizes ^ 0x9E3779B97F4A7C15, traits ^ 0xD6E8FEB86659FD93), _layout);
        }
    }

    /// <summary>
    /// Reads a packet. False when it is no SYN or SYN+ACK that a stack would send: cut, with another protocol, or with the RST or FIN flag.
    /// </summary>
    /// <param name="packet">From the IP header to the end of the TCP header; bytes behind that are not looked at.</param>
    /// <param name="headers">Gets the headers.</param>
    public static bool TryRead(ReadOnlySpan<byte> packet, out HandshakeHeaders headers)
    {
        headers = default;
        if (packet.Length < Ipv4Reader.MinimumLength) return false;
        var isRead = (packet[0] >> 4) switch
        {
            4 => headers.TryReadV4(packet),
            6 => headers.TryReadV6(packet),
            _ => false,
        };
        return isRead && headers.TryReadTcp(packet);
    }

    /// <summary>The headers as an object of their own.</summary>
    public readonly TcpHandshake ToHandshake()
    {
        var kinds = new byte[_optionCount];
        var reader = new TcpOptionReader(_options);
        for (var i = 0; reader.TryRead(out var kind, out _); i++) kinds[i] = kind;
        return new TcpHandshake
        {
            IsV6 = _isV6,
            IsAnswer = _isAnswer,
            TimeToLive = _timeToLive,
            NetworkId = _networkId,
            NetworkHeaderLength = _networkHeaderLength,
            TcpHeaderLength = TransportReader.TcpMinimumLength + _options.Length,
            Window = _window,
            OptionKinds = kinds,
            PaddingLength = _paddingLength,
            SegmentSize = _hasSegmentSize ? _segmentSize : null,
            WindowScale = _hasWindowScale ? _windowScale : null,
            Timestamp = _hasTimestamps ? _timestamp : null,
            EchoedTimestamp = _hasTimestamps ? _echoedTimestamp : null,
            Quirks = _quirks,
            HasPayload = _hasPayload,
        };
    }

    private bool TryReadV4(ReadOnlySpan<byte> packet)
    {
        _networkHeaderLength = (packet[0] & 15) * 4;
        if (_networkHeaderLength < Ipv4Reader.MinimumLength) return false;
        _timeToLive = packet[8];
        _networkId = BinaryPrimitives.ReadUInt16BigEndian(packet[4..]);
        var flags = packet[6];
        if ((packet[1] & 3) != 0) _quirks |= TcpQuirks.Ecn;
        if ((flags & 0x80) != 0) _quirks |= TcpQuirks.ReservedBit;
        if ((flags & 0x40) != 0) _quirks |= _networkId == 0 ? TcpQuirks.DontFragment : TcpQuirks.DontFragment | TcpQuirks.NonzeroId;
        else if (_networkId == 0) _quirks |= TcpQuirks.ZeroId;
        return HandshakeExtensions.TrySkip(packet, packet[9], ref _networkHeaderLength)
            && ReadLength(packet, BinaryPrimitives.ReadUInt16BigEndian(packet[2..]));
    }

    private bool TryReadV6(ReadOnlySpan<byte> packet)
    {
        const int fixedLength = 40;
        if (packet.Length < fixedLength) return false;
        _isV6 = true;
        _networkHeaderLength = fixedLength;
        _timeToLive = packet[7];
        var first = BinaryPrimitives.ReadUInt32BigEndian(packet);
        if ((first >> 20 & 3) != 0) _quirks |= TcpQuirks.Ecn;
        if ((first & 0xFFFFF) != 0) _quirks |= TcpQuirks.FlowLabel;
        int payload = BinaryPrimitives.ReadUInt16BigEndian(packet[4..]);
        return HandshakeExtensions.TrySkip(packet, packet[6], ref _networkHeaderLength)
            && ReadLength(packet, payload == 0 ? 0 : fixedLength + payload);
    }

    /// <summary>Compares the header lengths with the packet's own total; 0 is a packet taken before segmentation offload.</summary>
    private bool ReadLength(ReadOnlySpan<byte> packet, int total)
    {
        if (packet.Length < _networkHeaderLength + TransportReader.TcpMinimumLength) return false;
        _hasPayload = total > _networkHeaderLength + (packet[_networkHeaderLength + 12] >> 4 << 2);
        return true;
    }

    private bool TryReadTcp(ReadOnlySpan<byte> packet)
    {
        var tcp = packet[_networkHeaderLength..];
        var length = tcp[12] >> 4 << 2;
        var flags = tcp[13];
        if (length < TransportReader.TcpMinimumLength || length > tcp.Length || (flags & (Syn | Rst | Fin)) != Syn) return false;
        _isAnswer = (flags & Ack) != 0;
        _window = BinaryPrimitives.ReadUInt16BigEndian(tcp[14..]);
        if ((flags & (Ece | Cwr)) != 0 || (tcp[12] & NonceSum) != 0) _quirks |= TcpQuirks.Ecn;
        if (BinaryPrimitives.ReadUInt32BigEndian(tcp[4..]) == 0) _quirks |= TcpQuirks.ZeroSequence;
        var isAcknowledging = BinaryPrimitives.ReadUInt32BigEndian(tcp[8..]) != 0;
        if (isAcknowledging != _isAnswer) _quirks |= _isAnswer ? TcpQuirks.ZeroAck : TcpQuirks.NonzeroAck;
        if ((flags & Urg) != 0) _quirks |= TcpQuirks.UrgentFlag;
        else if (BinaryPrimitives.ReadUInt16BigEndian(tcp[18..]) != 0) _quirks |= TcpQuirks.UrgentPointer;
        if ((flags & Psh) != 0) _quirks |= TcpQuirks.PushFlag;
        _options = tcp[TransportReader.TcpMinimumLength..length];
        ReadOptions();
        return true;
    }

    private void ReadOptions()
    {
        var reader = new TcpOptionReader(_options);
        while (reader.TryRead(out var kind, out var value))
        {
            _optionCount++;
            _layout = (_layout ^ (kind + 1UL)) * LayoutPrime;
            if (reader.IsFaulty || !ReadOption(kind, value)) _quirks |= TcpQuirks.BadOptions;
        }
        _paddingLength = reader.Padding.Length;
        if (reader.Padding.ContainsAnyExcept((byte)0)) _quirks |= TcpQuirks.NonzeroPadding;
    }

    /// <summary>False for an option of another length than its standard gives it: its value is not read.</summary>
    private bool ReadOption(byte kind, ReadOnlySpan<byte> value)
    {
        switch (kind)
        {
            case TcpOption.SegmentSize when value.Length == 2:
                (_hasSegmentSize, _segmentSize) = (true, BinaryPrimitives.ReadUInt16BigEndian(value));
                return true;
            case TcpOption.WindowScale when value.Length == 1:
                (_hasWindowScale, _windowScale) = (true, value[0]);
                if (value[0] > MaxWindowScale) _quirks |= TcpQuirks.ExcessiveScale;
                return true;
            case TcpOption.Timestamps when value.Length == 8:
                _hasTimestamps = true;
                _timestamp = BinaryPrimitives.ReadUInt32BigEndian(value);
                _echoedTimestamp = BinaryPrimitives.ReadUInt32BigEndian(value[4..]);
                if (_timestamp == 0) _quirks |= TcpQuirks.ZeroTimestamp;
                if (_echoedTimestamp != 0 && !_isAnswer) _quirks |= TcpQuirks.EchoedTimestamp;
                return true;
            case TcpOption.SegmentSize or TcpOption.WindowScale or TcpOption.Timestamps:
                return false;
            case TcpOption.SackPermitted:
                return value.Length == 0;
            case TcpOption.Sack:
                return value.Length is >= 8 and <= 32;
            default:
                return true;
        }
    }

    private static ulong Bit(bool isSet, int at) => isSet ? 1UL << at : 0;
}
