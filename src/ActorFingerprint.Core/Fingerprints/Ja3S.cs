namespace ActorFingerprint.Core.Fingerprints;

/// <summary>
/// JA3S of a ServerHello: <c>version,cipher,extensions</c> in decimal, extensions in wire order, nothing filtered; and its MD5.
/// </summary>
public static class Ja3S
{
    /// <summary>MD5 of the JA3S string, 32 lower-case hex digits.</summary>
    public static string Hash(ushort legacyVersion, ushort cipherSuite, ReadOnlySpan<ushort> extensions)
    {
        var text = new FingerprintText(stackalloc byte[FingerprintText.StackLength]);
        Write(legacyVersion, cipherSuite, extensions, ref text);
        var hash = text.ToMd5Hex();
        text.Dispose();
        return hash;
    }

    /// <summary>The JA3S string itself.</summary>
    public static string Text(ushort legacyVersion, ushort cipherSuite, ReadOnlySpan<ushort> extensions)
    {
        var text = new FingerprintText(stackalloc byte[FingerprintText.StackLength]);
        Write(legacyVersion, cipherSuite, extensions, ref text);
        var full = text.ToString();
        text.Dispose();
        return full;
    }

    private static void Write(ushort legacyVersion, ushort cipherSuite, ReadOnlySpan<ushort> extensions, ref FingerprintText text)
    {
        text.Reserve(16);
        text.AppendDecimal(legacyVersion);
        text.Append((byte)',');
        text.AppendDecimal(cipherSuite);
        text.Append((byte)',');
        text.AppendDecimalList(extensions, withGrease: true);
    }
}
