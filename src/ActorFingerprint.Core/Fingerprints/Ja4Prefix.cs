namespace ActorFingerprint.Core.Fingerprints;

/// <summary>The first, readable part of JA4: transport, version, SNI, two counts and the ends of the first ALPN name.</summary>
internal static class Ja4Prefix
{
    /// <summary>Characters of the part.</summary>
    public const int Length = 10;

    private const int MostCounted = 99;

    /// <summary>Writes the part into the first <see cref="Length"/> bytes of <paramref name="ascii"/>.</summary>
    public static void Write(in ClientHelloFields hello, Span<byte> ascii)
    {
        ascii[0] = hello.Transport switch { TlsTransport.Quic => (byte)'q', TlsTransport.Dtls => (byte)'d', _ => (byte)'t' };
        VersionName(hello.HighestVersion).CopyTo(ascii[1..]);
        ascii[3] = hello.HasSni ? (byte)'d' : (byte)'i';
        WriteCount(Grease.CountOthers(hello.CipherSuites), ascii[4..]);
        WriteCount(Grease.CountOthers(hello.Extensions), ascii[6..]);
        WriteAlpn(hello.FirstAlpn, ascii[8..]);
    }

    private static ReadOnlySpan<byte> VersionName(ushort version) => version switch
    {
        0x0304 => "13"u8,
        0x0303 => "12"u8,
        0x0302 => "11"u8,
        0x0301 => "10"u8,
        0x0300 => "s3"u8,
        0x0002 => "s2"u8,
        0xFEFF => "d1"u8,
        0xFEFD => "d2"u8,
        0xFEFC => "d3"u8,
        _ => "00"u8,
    };

    private static void WriteCount(int count, Span<byte> ascii)
    {
        count = Math.Min(count, MostCounted);
        ascii[0] = (byte)('0' + count / 10);
        ascii[1] = (byte)('0' + count % 10);
    }

    private static void WriteAlpn(ReadOnlySpan<byte> name, Span<byte> ascii)
    {
        if (name.IsEmpty)
        {
            ascii[0] = ascii[1] = (byte)'0';
            return;
        }
        var (first, last) = (name[0], name[^1]);
        if (char.IsAsciiLetterOrDigit((char)first) && char.IsAsciiLetterOrDigit((char)last))
        {
            ascii[0] = first;
            ascii[1] = last;
            return;
        }
        ascii[0] = "0123456789abcdef"u8[first >> 4];
        ascii[1] = "0123456789abcdef"u8[last & 15];
    }
}
