namespace ActorFingerprint.Protocols.Quic;

/// <summary>Text under construction in the caller's buffer. What does not fit is left out.</summary>
internal ref struct AsciiText(Span<byte> buffer)
{
    private readonly Span<byte> _buffer = buffer;

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>What was written.</summary>
    public readonly ReadOnlySpan<byte> Written => _buffer[..Length];

    public void Append(scoped ReadOnlySpan<byte> bytes)
    {
        if (bytes.TryCopyTo(_buffer[Length..])) Length += bytes.Length;
    }

    /// <summary>Appends lower-case hex digits without leading zeros.</summary>
    public void AppendHex(ulong value)
    {
        if (value.TryFormat(_buffer[Length..], out var written, "x")) Length += written;
    }

    public void AppendDecimal(ulong value)
    {
        if (value.TryFormat(_buffer[Length..], out var written)) Length += written;
    }

    /// <summary>Takes back what was written behind <paramref name="length"/>.</summary>
    public void CutTo(int length) => Length = length;
}
