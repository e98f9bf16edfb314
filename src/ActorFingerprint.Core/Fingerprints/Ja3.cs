namespace ActorFingerprint.Core.Fingerprints;

/// <summary>
/// JA3 of a ClientHello: <c>version,ciphers,extensions,groups,pointformats</c> in decimal, lists in wire order without GREASE
/// joined by hyphens, and its MD5. Permuting browsers have practically unlimited values: never a device identity.
/// </summary>
public static class Ja3
{
    /// <summary>MD5 of the JA3 string, 32 lower-case hex digits.</summary>
    public static string Hash(in ClientHelloFields hello)
    {
        var text = new FingerprintText(stackalloc byte[FingerprintText.StackLength]);
        Write(in hello, ref text);
        var hash = text.ToMd5Hex();
        text.Dispose();
        return hash;
    }

    /// <summary>The JA3 string itself.</summary>
    public static string Text(in ClientHelloFields hello)
    {
        var text = new FingerprintText(stackalloc byte[FingerprintText.StackLength]);
        Write(in hello, ref text);
        var full = text.ToString();
        text.Dispose();
        return full;
    }

    private static void Write(in ClientHelloFields hello, ref FingerprintText text)
    {
        text.Reserve(16);
        text.AppendDecimal(hello.LegacyVersion);
        text.Append((byte)',');
        text.AppendDecimalList(hello.CipherSuites, withGrease: false);
        text.Reserve(2);
        text.Append((byte)',');
        text.AppendDecimalList(hello.Extensions, withGrease: false);
        text.Reserve(2);
        text.Append((byte)',');
        text.AppendDecimalList(hello.SupportedGroups, withGrease: false);
        text.Reserve(2 + hello.PointFormats.Length * 4);
        text.Append((byte)',');
        for (var i = 0; i < hello.PointFormats.Length; i++)
        {
            if (i > 0) text.Append((byte)'-');
            text.AppendDecimal(hello.PointFormats[i]);
        }
    }
}
