namespace ActorFingerprint.Protocols.Dhcp;

/// <summary>Walks one area of DHCP options (RFC 2132 §2): pads, options, end. Never throws, never allocates.</summary>
/// <param name="area">The bytes behind the cookie, or an overloaded field.</param>
public ref struct DhcpOptionReader(ReadOnlySpan<byte> area)
{
    private ReadOnlySpan<byte> _rest = area;

    /// <summary>Why the walk stopped early; <see cref="Malformed.None"/> after the end option or at the end of the area.</summary>
    public Malformed Fault { get; private set; }

    /// <summary>
    /// Reads one option; pads and the end option come with an empty value. An option that runs past the area is given once, with
    /// <see cref="Fault"/> set and an empty value: its code is valid, nothing else.
    /// </summary>
    public bool TryRead(out byte code, out ReadOnlySpan<byte> value)
    {
        code = 0;
        value = default;
        if (_rest.IsEmpty) return false;
        code = _rest[0];
        switch (code)
        {
            case DhcpOption.Pad:
                _rest = _rest[1..];
                return true;
            case DhcpOption.End:
                _rest = default;
                return true;
        }
        if (_rest.Length < 2 || _rest[1] > _rest.Length - 2)
        {
            Fault = Malformed.DhcpOption;
            _rest = default;
            return true;
        }
        value = _rest.Slice(2, _rest[1]);
        _rest = _rest[(2 + _rest[1])..];
        return true;
    }
}

/// <summary>Option codes that are looked into (RFC 2132, RFC 3004, RFC 4702).</summary>
internal static class DhcpOption
{
    public const byte Pad = 0;
    public const byte HostName = 12;
    public const byte RequestedAddress = 50;
    public const byte Overload = 52;
    public const byte MessageType = 53;
    public const byte ParameterRequestList = 55;
    public const byte VendorClass = 60;
    public const byte ClientIdentifier = 61;
    public const byte UserClass = 77;
    public const byte ClientFqdn = 81;
    public const byte End = 255;
}
