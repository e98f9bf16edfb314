using System.Globalization;

namespace ActorFingerprint.Tools.FrameGenerator.Tls;

/// <summary>The TLS clients of the home. Each list has the shape of its family; see <see cref="TlsStack"/>.</summary>
internal static class TlsStacks
{
    private const ushort G = Grease.Placeholder;
    private static readonly ushort[] Modern = [0x0304, 0x0303];
    private static readonly ushort[] ModernGreased = [G, 0x0304, 0x0303];
    private static readonly string[] Http2 = ["h2", "http/1.1"];

    private static readonly ushort[] BrowserCiphers =
        [G, .. Hex("1301 1302 1303 c02b c02f c02c c030 cca9 cca8 c013 c014 009c 009d 002f 0035")];

    private static readonly ushort[] BrowserSignatures = Hex("0403 0804 0401 0503 0805 0501 0806 0601");

    /// <summary>GREASE, permuted extensions, post-quantum share: about 1.8 kB, so two segments.</summary>
    public static readonly TlsStack ChromeLike = new()
    {
        Name = "chrome-like",
        Ciphers = BrowserCiphers,
        Extensions = [G, 0, 23, 65281, 10, 11, 35, 16, 5, 13, 18, 51, 45, 43, 27, 17613, 65037],
        Permutes = true,
        Groups = [G, 0x11EC, 29, 23, 24],
        Signatures = BrowserSignatures,
        Versions = ModernGreased,
        Alpn = Http2,
        Shares = [G, 0x11EC, 29],
    };

    /// <summary>The same family over QUIC: TLS 1.3 only, no GREASE, over two packets.</summary>
    public static readonly TlsStack ChromeQuicLike = new()
    {
        Name = "chrome-quic-like",
        Ciphers = Hex("1301 1302 1303"),
        Extensions = [0, 10, 13, 16, 27, 43, 45, 51, 57, 17613, 65037],
        Permutes = true,
        Groups = [0x11EC, 29, 23, 24],
        Signatures = [.. BrowserSignatures, 0x0201],
        Versions = [0x0304],
        Alpn = ["h3"],
        Shares = [0x11EC, 29],
        SessionIdLength = 0,
    };

    /// <summary>A QUIC client with a fixed order and a hello that fits one packet.</summary>
    public static readonly TlsStack SafariQuicLike = ChromeQuicLike with
    {
        Name = "safari-quic-like",
        Extensions = [0, 10, 16, 13, 51, 45, 43, 27, 57],
        Permutes = false,
        Groups = [29, 23, 24, 25],
        Shares = [29],
    };

    /// <summary>The same family inside an application: fixed order, no post-quantum share, padded.</summary>
    public static readonly TlsStack WebViewLike = ChromeLike with
    {
        Name = "webview-like",
        Extensions = [G, 0, 23, 65281, 10, 11, 35, 16, 5, 13, 18, 51, 45, 43, 27, 21],
        Permutes = false,
        Groups = [G, 29, 23, 24],
        Alpn = ["http/1.1"],
        Shares = [G, 29],
    };

    public static readonly TlsStack FirefoxLike = new()
    {
        Name = "firefox-like",
        Ciphers = Hex("1301 1303 1302 c02b c02f cca9 cca8 c02c c030 c00a c009 c013 c014 009c 009d 002f 0035"),
        Extensions = [0, 23, 65281, 10, 11, 35, 16, 5, 34, 18, 51, 43, 13, 45, 28, 27, 65037],
        Groups = [0x11EC, 29, 23, 24, 25, 256, 257],
        Signatures = Hex("0403 0503 0603 0804 0805 0806 0401 0501 0601 0203 0201"),
        Versions = Modern,
        Alpn = Http2,
        Shares = [0x11EC, 29, 23],
    };

    public static readonly TlsStack SafariLike = new()
    {
        Name = "safari-like",
        Ciphers = [G, .. Hex("1301 1302 1303 c02c c02b cca9 c030 c02f cca8 c00a c009 c014 c013 009d 009c 0035 002f")],
        Extensions = [G, 0, 23, 65281, 10, 11, 16, 5, 13, 18, 51, 45, 43, 27, 21],
        Groups = [G, 29, 23, 24, 25],
        Signatures = Hex("0403 0804 0401 0503 0203 0805 0805 0501 0806 0601 0201"),
        Versions = ModernGreased,
        Alpn = Http2,
        Shares = [G, 29],
    };

    public static readonly TlsStack CurlLike = new()
    {
        Name = "curl-like",
        Ciphers = Hex(
            "1302 1303 1301 c02c c030 009f cca9 cca8 ccaa c02b c02f 009e c024 c028 006b c023 c027 0067 c00a c014"
            + " 0039 c009 c013 0033 009d 009c 003d 003c 0035 002f 00ff"),
        Extensions = [0, 11, 10, 35, 16, 22, 23, 13, 43, 45, 51],
        PointFormats = [0, 1, 2],
        Groups = [29, 23, 30, 25, 24],
        Signatures = Hex("0403 0503 0603 0807 0808 0809 080a 080b 0804 0805 0806 0401 0501 0601 0303 0301 0302 0402 0502 0602"),
        Versions = Modern,
        Alpn = Http2,
        Shares = [29],
    };

    /// <summary>A library of the TLS 1.2 years: many ciphers, no supported_versions.</summary>
    public static readonly TlsStack OldEmbedded = new()
    {
        Name = "old-embedded",
        Ciphers = Hex(
            "c030 c02c c028 c024 c014 c00a 009f 006b 0039 009d 003d 0035 c02f c02b c027 c023 c013 c009 009e 0067"
            + " 0033 009c 003c 002f c012 c008 0016 000a 00ff"),
        Extensions = [0, 11, 10, 35, 13, 15],
        PointFormats = [0, 1, 2],
        Groups = [23, 25, 28, 27, 24, 26, 22],
        Signatures = Hex("0601 0602 0603 0501 0502 0503 0401 0402 0403 0301 0302 0303 0201 0202 0203"),
        SessionIdLength = 0,
    };

    /// <summary>A printer that never learned extensions.</summary>
    public static readonly TlsStack Ancient = new()
    {
        Name = "ancient",
        LegacyVersion = 0x0301,
        Ciphers = Hex("0039 0038 0035 0016 0013 000a 0033 0032 002f 0005 0004"),
        Extensions = null,
        SessionIdLength = 0,
    };

    public static readonly TlsStack JavaLike = new()
    {
        Name = "java-like",
        Ciphers = Hex(
            "1302 1301 1303 c02c c02b cca9 c030 cca8 c02f 009f ccaa 00a3 009e 00a2 c024 c028 c023 c027 006b 006a"
            + " 0067 0040 c00a c014 c009 c013 0039 0038 0033 0032 009d 009c 003d 003c 0035 002f 00ff"),
        Extensions = [0, 5, 10, 11, 13, 50, 17, 23, 43, 45, 51],
        Groups = [29, 23, 24, 25, 30, 256, 257, 258, 259, 260],
        Signatures = Hex("0403 0503 0603 0807 0808 0804 0805 0806 0809 080a 080b 0401 0501 0601 0402 0303 0301 0302 0203 0201 0202"),
        Versions = Modern,
        Shares = [29, 23],
    };

    public static readonly TlsStack SchannelLike = new()
    {
        Name = "schannel-like",
        Ciphers = Hex("1302 1301 c02c c02b c030 c02f c024 c023 c028 c027 c00a c009 c014 c013 009d 009c 003d 003c 0035 002f"),
        Extensions = [0, 5, 10, 11, 13, 35, 16, 23, 43, 45, 51, 65281],
        Groups = [29, 23, 24],
        Signatures = Hex("0804 0805 0806 0401 0501 0201 0403 0503 0203 0202 0601 0603"),
        Versions = Modern,
        Alpn = Http2,
        Shares = [29],
    };

    public static readonly TlsStack GoLike = new()
    {
        Name = "go-like",
        Ciphers = Hex("c02b c02f c02c c030 cca9 cca8 c009 c013 c00a c014 1301 1302 1303"),
        Extensions = [0, 5, 10, 11, 13, 65281, 16, 18, 43, 51],
        Groups = [29, 23, 24, 25],
        Signatures = Hex("0804 0403 0807 0805 0806 0401 0501 0601 0503 0603 0201 0203"),
        Versions = Modern,
        Alpn = Http2,
        Shares = [29],
    };

    /// <summary>A small TLS 1.2 client of sensors and plugs.</summary>
    public static readonly TlsStack MbedTls2Like = new()
    {
        Name = "mbedtls2-like",
        Ciphers = Hex(
            "c02c c030 009f c0ad c09f c024 c028 006b c00a c014 0039 c02b c02f 009e c0ac c09e c023 c027 0067 c009"
            + " c013 0033 009d 003d 0035 009c 003c 002f 00ff"),
        Extensions = [0, 10, 11, 13, 22, 23],
        Groups = [25, 24, 23],
        Signatures = Hex("0603 0601 0503 0501 0403 0401 0303 0301"),
        SessionIdLength = 0,
    };

    /// <summary>The same client after its library learned TLS 1.3.</summary>
    public static readonly TlsStack MbedTls3Like = new()
    {
        Name = "mbedtls3-like",
        Ciphers = Hex("1302 1301 1303 c02c c030 c0ad c02b c02f c0ac 00ff"),
        Extensions = [0, 43, 51, 45, 10, 11, 13, 22, 23],
        Groups = [29, 23, 24],
        Signatures = Hex("0403 0503 0603 0804 0805 0806 0401 0501 0601"),
        Versions = Modern,
        Shares = [29],
    };

    /// <summary>Every stack, for the cases.</summary>
    public static readonly IReadOnlyList<TlsStack> All =
    [
        ChromeLike, WebViewLike, FirefoxLike, SafariLike, CurlLike, OldEmbedded, Ancient, JavaLike, SchannelLike, GoLike,
        MbedTls2Like, MbedTls3Like,
    ];

    /// <summary>Four-digit hexadecimal numbers between blanks.</summary>
    public static ushort[] Hex(string list) =>
        [.. list.Split(' ').Select(text => ushort.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
}
