namespace ActorFingerprint.Protocols.Ssh;

/// <summary>
/// Reads an identification string (RFC 4253 §4.2): <c>SSH-protoversion-softwareversion</c>, comments after a space, CRLF; a bare LF passes,
/// as old servers send it (§5).
/// </summary>
internal static class SshIdentification
{
    /// <summary>Longest string with its line end, bytes.</summary>
    public const int MaxLength = 255;

    private static ReadOnlySpan<byte> Prefix => "SSH-"u8;

    /// <summary>True for the first bytes of an identification of version 1 or 2.</summary>
    public static bool IsStart(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith(Prefix) && (bytes.Length == Prefix.Length || bytes[Prefix.Length] is (byte)'1' or (byte)'2');

    /// <summary>
    /// Reads the whole line. False when its end is missing; <paramref name="isBroken"/> when it cannot come any more or the line says
    /// nothing.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> text, out int length, out bool isBroken)
    {
        text = default;
        var end = bytes[..Math.Min(bytes.Length, MaxLength)].IndexOf((byte)'\n');
        length = end + 1;
        isBroken = end < 0 && bytes.Length >= MaxLength;
        if (end < 0) return false;
        text = bytes[..end].TrimEnd((byte)'\r');
        var software = text[Prefix.Length..].IndexOf((byte)'-');
        isBroken = software < 0 || software + Prefix.Length + 1 == text.Length;
        return !isBroken;
    }
}
