namespace ActorFingerprint.Protocols;

/// <summary>
/// Text from the wire as printable ASCII: bytes outside 0x20..0x7e and the backslash become <c>\xNN</c>, so nothing in it can
/// steer a terminal and every byte can be read back.
/// </summary>
public static class WireText
{
    /// <summary>The escaped text of <paramref name="bytes"/>.</summary>
    public static string Escape(ReadOnlySpan<byte> bytes)
    {
        var length = bytes.Length;
        foreach (var value in bytes)
            if (!IsPlain(value)) length += 3;
        return string.Create(length, bytes, static (chars, source) =>
        {
            var at = 0;
            foreach (var value in source)
            {
                if (IsPlain(value)) { chars[at++] = (char)value; continue; }
                chars[at++] = '\\';
                chars[at++] = 'x';
                chars[at++] = "0123456789abcdef"[value >> 4];
                chars[at++] = "0123456789abcdef"[value & 15];
            }
        });
    }

    private static bool IsPlain(byte value) => value is >= 0x20 and <= 0x7E and not (byte)'\\';
}
