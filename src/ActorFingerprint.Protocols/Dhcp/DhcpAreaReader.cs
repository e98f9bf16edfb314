namespace ActorFingerprint.Protocols.Dhcp;

/// <summary>
/// Walks the options of a whole message: the options field, then file and sname as far as option 52 says that they hold options
/// (RFC 2132 §9.3), in the order in which split options are joined (RFC 3396 §5).
/// </summary>
/// <param name="message">The UDP payload with header and cookie.</param>
internal ref struct DhcpAreaReader(ReadOnlySpan<byte> message)
{
    private const int CookieLength = 4;
    private const byte FileHoldsOptions = 1;
    private const byte ServerNameHoldsOptions = 2;

    private readonly ReadOnlySpan<byte> _message = message;
    private DhcpOptionReader _area = new(message[(DhcpHeader.Length + CookieLength)..]);
    private byte _pending;
    private byte _last = DhcpOption.End;
    private bool _isOverloadKnown;

    private static ReadOnlySpan<byte> Cookie => [99, 130, 83, 99];

    /// <summary>The option read last is in the options field, not in an overloaded one.</summary>
    public bool IsInOptionsField { get; private set; } = true;

    /// <summary>The option read last is a pad behind another pad.</summary>
    public bool IsRepeatedPad { get; private set; }

    /// <summary>Why the walk stopped early; nothing after that place is read.</summary>
    public readonly Malformed Fault => _area.Fault;

    /// <summary>True when the bytes behind the header are the DHCP magic cookie (RFC 2131 §3).</summary>
    public static bool HasCookie(ReadOnlySpan<byte> message) =>
        message.Length >= DhcpHeader.Length + CookieLength && message.Slice(DhcpHeader.Length, CookieLength).SequenceEqual(Cookie);

    /// <summary>Reads one option, pads and ends included.</summary>
    public bool TryRead(out byte code, out ReadOnlySpan<byte> value)
    {
        while (!_area.TryRead(out code, out value))
            if (_area.Fault != Malformed.None || !TryEnterNextArea()) return false;
        IsRepeatedPad = code == DhcpOption.Pad && _last == DhcpOption.Pad;
        _last = code;
        if (code == DhcpOption.Overload && IsInOptionsField && !_isOverloadKnown && !value.IsEmpty)
        {
            _pending = (byte)(value[0] & (FileHoldsOptions | ServerNameHoldsOptions));
            _isOverloadKnown = true;
        }
        return true;
    }

    private bool TryEnterNextArea()
    {
        if (_pending == 0) return false;
        IsInOptionsField = false;
        var isFile = (_pending & FileHoldsOptions) != 0;
        _area = isFile
            ? new DhcpOptionReader(_message[DhcpHeader.FileOffset..DhcpHeader.Length])
            : new DhcpOptionReader(_message[DhcpHeader.ServerNameOffset..DhcpHeader.FileOffset]);
        _pending &= isFile ? ServerNameHoldsOptions : (byte)0;
        return true;
    }
}
