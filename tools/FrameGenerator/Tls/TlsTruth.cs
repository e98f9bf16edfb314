using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ActorFingerprint.Tools.FrameGenerator.Tls;

/// <summary>
/// JA3, JA3S and JA4 computed from the models by their published texts. Kept apart from the product's code on purpose: the
/// tests compare the two.
/// </summary>
internal static class TlsTruth
{
    /// <summary>The JA3 string: five fields, decimal, GREASE removed from all but the point formats.</summary>
    public static string Ja3String(ClientHelloMessage hello)
    {
        var extensions = hello.Extensions ?? [];
        var groups = extensions.Contains(ExtensionType.SupportedGroups) ? hello.Groups : [];
        var formats = extensions.Contains(ExtensionType.PointFormats) ? hello.PointFormats : [];
        return string.Join(',', hello.LegacyVersion, Decimal(hello.CipherSuites), Decimal(extensions), Decimal(groups),
            string.Join('-', formats));
    }

    /// <summary>JA3: MD5 of the string.</summary>
    public static string Ja3(ClientHelloMessage hello) => Md5(Ja3String(hello));

    /// <summary>JA3S: MD5 of version, cipher and extensions, nothing filtered.</summary>
    public static string Ja3S(ServerHelloMessage hello) =>
        Md5(string.Join(',', hello.LegacyVersion, hello.CipherSuite, string.Join('-', (hello.Extensions ?? []).Select(e => e.Type))));

    /// <summary>JA4 over TCP.</summary>
    public static string Ja4(ClientHelloMessage hello) =>
        $"{Ja4A(hello)}_{Hash(SortedCiphers(hello))}_{Ja4C(SortedExtensions(hello), hello)}";

    /// <summary>JA4_r: the lists instead of their hashes.</summary>
    public static string Ja4Raw(ClientHelloMessage hello) =>
        $"{Ja4A(hello)}_{SortedCiphers(hello)}_{WithSignatures(SortedExtensions(hello), hello)}";

    /// <summary>JA4_o: wire order, SNI and ALPN kept.</summary>
    public static string Ja4Original(ClientHelloMessage hello) =>
        $"{Ja4A(hello)}_{Hash(WireCiphers(hello))}_{Ja4C(WireExtensions(hello), hello)}";

    /// <summary>JA4_ro: the lists of <see cref="Ja4Original"/>.</summary>
    public static string Ja4RawOriginal(ClientHelloMessage hello) =>
        $"{Ja4A(hello)}_{WireCiphers(hello)}_{WithSignatures(WireExtensions(hello), hello)}";

    private static string Ja4A(ClientHelloMessage hello)
    {
        var extensions = Plain(hello.Extensions ?? []);
        var ciphers = Plain(hello.CipherSuites);
        var sni = extensions.Contains(ExtensionType.ServerName) ? 'd' : 'i';
        return string.Create(CultureInfo.InvariantCulture,
            $"t{Version(hello)}{sni}{Math.Min(ciphers.Length, 99):D2}{Math.Min(extensions.Length, 99):D2}{AlpnCode(hello)}");
    }

    private static string Version(ClientHelloMessage hello)
    {
        var offered = hello.Extensions?.Contains(ExtensionType.SupportedVersions) == true;
        var version = offered ? Plain(hello.Versions).Append((ushort)0).Max() : hello.LegacyVersion;
        return version switch
        {
            0x0304 => "13",
            0x0303 => "12",
            0x0302 => "11",
            0x0301 => "10",
            0x0300 => "s3",
            0x0002 => "s2",
            _ => "00",
        };
    }

    private static string AlpnCode(ClientHelloMessage hello)
    {
        if (hello.Extensions?.Contains(ExtensionType.Alpn) != true || hello.Alpn is not [[_, ..] name, ..]) return "00";
        if (char.IsAsciiLetterOrDigit((char)name[0])
            && char.IsAsciiLetterOrDigit((char)name[^1])) return $"{(char)name[0]}{(char)name[^1]}";
        var hex = Convert.ToHexStringLower(name);
        return $"{hex[0]}{hex[^1]}";
    }

    private static string Ja4C(string extensions, ClientHelloMessage hello) =>
        extensions.Length == 0 ? "000000000000" : Hash(WithSignatures(extensions, hello));

    private static string WithSignatures(string extensions, ClientHelloMessage hello)
    {
        if (hello.Extensions?.Contains(ExtensionType.SignatureAlgorithms) != true) return extensions;
        var algorithms = Hex(Plain(hello.SignatureAlgorithms));
        return algorithms.Length == 0 ? extensions : $"{extensions}_{algorithms}";
    }

    private static string SortedCiphers(ClientHelloMessage hello) => Hex(Plain(hello.CipherSuites).Order());

    private static string WireCiphers(ClientHelloMessage hello) => Hex(Plain(hello.CipherSuites));

    private static string SortedExtensions(ClientHelloMessage hello) =>
        Hex(Plain(hello.Extensions ?? []).Where(type => type is not (ExtensionType.ServerName or ExtensionType.Alpn)).Order());

    private static string WireExtensions(ClientHelloMessage hello) => Hex(Plain(hello.Extensions ?? []));

    private static ushort[] Plain(IEnumerable<ushort> values) => values.Where(value => !Grease.Is(value)).ToArray();

    private static string Decimal(IEnumerable<ushort> values) => string.Join('-', Plain(values));

    private static string Hex(IEnumerable<ushort> values) =>
        string.Join(',', values.Select(v => v.ToString("x4", CultureInfo.InvariantCulture)));

    private static string Hash(string list) =>
        list.Length == 0 ? "000000000000" : Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(list)))[..12];

    private static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.ASCII.GetBytes(text)));
}
