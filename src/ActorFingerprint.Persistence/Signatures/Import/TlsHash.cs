namespace ActorFingerprint.Persistence.Signatures.Import;

/// <summary>Forms of JA3 and JA4.</summary>
internal static class TlsHash
{
    public static bool IsMd5(string text) => text.Length == 32 && text.All(char.IsAsciiHexDigit);

    /// <summary>A client's JA4 (<c>t13d1516h2_8daaf6152771_02713d6af862</c>), nothing else of its family.</summary>
    public static bool IsJa4(string text) =>
        text.Length == 36 && text is [('t' or 'q' or 'd'), _, _, ('d' or 'i'), ..] && text[10] == '_' && text[23] == '_'
        && text[1..10].All(char.IsAsciiLetterOrDigit) && text[11..23].All(char.IsAsciiHexDigit) && text[24..].All(char.IsAsciiHexDigit);
}
