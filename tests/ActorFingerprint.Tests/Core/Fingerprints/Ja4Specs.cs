using System.Security.Cryptography;
using System.Text;
using ActorFingerprint.Core.Fingerprints;
using Xunit;

namespace ActorFingerprint.Tests.Core.Fingerprints;

public sealed class Ja4Specs
{
    private const string ChromeCiphers = "1301,1302,1303,c02b,c02f,c02c,c030,cca9,cca8,c013,c014,009c,009d,002f,0035";
    private const string ChromeExtensions = "0005,000a,000b,000d,0012,0015,0017,001b,0023,002b,002d,0033,4469,ff01";
    private const string ChromeAlgorithms = "0403,0804,0401,0503,0805,0501,0806,0601";

    [Fact]
    public void Chrome_over_tcp_gives_its_published_value_whatever_the_order_of_its_extensions()
    {
        ushort[] extensions = [0x0A0A, .. HexList.Values(ChromeExtensions).Reverse(), 0, 16, 0x5A5A];
        var fields = new ClientHelloFields
        {
            LegacyVersion = 0x0303,
            CipherSuites = [0x2A2A, .. HexList.Values(ChromeCiphers)],
            Extensions = extensions,
            SignatureAlgorithms = HexList.Values(ChromeAlgorithms),
            SupportedVersions = [0x3A3A, 0x0304, 0x0303],
            HasSupportedVersions = true,
            FirstAlpn = "h2"u8,
            HasSni = true,
        };
        Assert.Equal("t13d1516h2_8daaf6152771_e5627efa2ab1", Ja4.Compute(in fields));
    }

    [Fact]
    public void Without_signature_algorithms_nothing_follows_the_extensions()
    {
        var fields = new ClientHelloFields { LegacyVersion = 0x0303, Extensions = HexList.Values(ChromeExtensions) };
        Assert.Equal("t12i001400_000000000000_6d807ffa2a79", Ja4.Compute(in fields));
        Assert.Equal($"t12i001400__{ChromeExtensions}", Ja4.Raw(in fields));
    }

    [Fact]
    public void Two_ciphers_and_four_extensions_give_the_worked_value_and_renderings()
    {
        var fields = new ClientHelloFields
        {
            LegacyVersion = 0x0303,
            CipherSuites = HexList.Values("c02f,1301"),
            Extensions = HexList.Values("000d,0000,000b,000a"),
            SignatureAlgorithms = HexList.Values("0403,0804"),
            HasSni = true,
        };
        Assert.Equal("t12d020400_c1929292aa6b_876bcc86782c", Ja4.Compute(in fields));
        Assert.Equal("t12d020400_1301,c02f_000a,000b,000d_0403,0804", Ja4.Raw(in fields));
        Assert.Equal("t12d020400_c02f,1301_000d,0000,000b,000a_0403,0804", Ja4.OriginalRaw(in fields));
        Assert.Equal($"t12d020400_{Hash("c02f,1301")}_{Hash("000d,0000,000b,000a_0403,0804")}", Ja4.Original(in fields));
    }

    [Fact]
    public void Quic_clients_of_three_ciphers_share_the_second_part()
    {
        var fields = new ClientHelloFields { Transport = TlsTransport.Quic, LegacyVersion = 0x0303, CipherSuites = HexList.Values("1301,1302,1303") };
        Assert.Equal("q12i030000_55b375c5d22e_000000000000", Ja4.Compute(in fields));
    }

    [Fact]
    public void A_hello_without_extensions_has_zeros_and_an_empty_raw_part()
    {
        var fields = new ClientHelloFields { LegacyVersion = 0x0301, CipherSuites = [0x0005, 0x0004] };
        Assert.Equal($"t10i020000_{Hash("0004,0005")}_000000000000", Ja4.Compute(in fields));
        Assert.Equal("t10i020000_0004,0005_", Ja4.Raw(in fields));
    }

    [Fact]
    public void Only_server_name_and_alpn_count_but_leave_zeros()
    {
        var fields = new ClientHelloFields { LegacyVersion = 0x0303, Extensions = [0, 16], HasSni = true, FirstAlpn = "h2"u8 };
        Assert.Equal("t12d0002h2_000000000000_000000000000", Ja4.Compute(in fields));
    }

    [Fact]
    public void Grease_alone_counts_as_nothing_in_every_list()
    {
        var fields = new ClientHelloFields
        {
            LegacyVersion = 0x0303,
            CipherSuites = HexList.Grease,
            Extensions = [.. HexList.Grease, 13],
            SignatureAlgorithms = HexList.Grease,
            SupportedVersions = HexList.Grease,
            HasSupportedVersions = true,
        };
        Assert.Equal($"t00i000100_000000000000_{Hash("000d")}", Ja4.Compute(in fields));
    }

    [Fact]
    public void Counts_stop_at_99_and_lists_beyond_the_stack_are_hashed_whole()
    {
        var ciphers = Enumerable.Range(0, 700).Select(i => (ushort)(0xC001 + i)).ToArray();
        var extensions = Enumerable.Range(0, 320).Select(i => (ushort)(0x4001 + i)).ToArray();
        var fields = new ClientHelloFields { LegacyVersion = 0x0303, CipherSuites = [.. ciphers.Reverse()], Extensions = [.. extensions.Reverse()], HasSni = true };
        Assert.Equal($"t12d999900_{Hash(List(ciphers))}_{Hash(List(extensions))}", Ja4.Compute(in fields));
        Assert.Equal($"t12d999900_{List(ciphers)}_{List(extensions)}", Ja4.Raw(in fields));
    }

    [Theory]
    [InlineData("0304,0303", 0x0303, "13")]
    [InlineData("0303,0304,0302", 0x0303, "13")]
    [InlineData("0302,0301", 0x0303, "11")]
    [InlineData("7f17,0303", 0x0303, "00")]
    [InlineData("fb1a,0304", 0x0303, "00")]
    [InlineData("0a0a,0303", 0x0301, "12")]
    [InlineData("", 0x0303, "00")]
    [InlineData(null, 0x0302, "11")]
    [InlineData(null, 0x0300, "s3")]
    [InlineData(null, 0x0002, "s2")]
    [InlineData(null, 0x0505, "00")]
    public void The_version_is_the_highest_offered_else_the_legacy_one(string? offered, int legacy, string name)
    {
        var fields = new ClientHelloFields
        {
            LegacyVersion = (ushort)legacy,
            SupportedVersions = offered is null ? [] : HexList.Values(offered),
            HasSupportedVersions = offered is not null,
        };
        Assert.Equal(name, Ja4.Compute(in fields)[1..3]);
    }

    [Theory]
    [InlineData("fefd,fefc", 0xFEFD, "d3")]
    [InlineData("feff,fefd", 0xFEFD, "d2")]
    [InlineData(null, 0xFEFF, "d1")]
    public void Dtls_numbers_count_downward(string? offered, int legacy, string name)
    {
        var fields = new ClientHelloFields
        {
            Transport = TlsTransport.Dtls,
            LegacyVersion = (ushort)legacy,
            SupportedVersions = offered is null ? [] : HexList.Values(offered),
            HasSupportedVersions = offered is not null,
        };
        Assert.Equal("d" + name, Ja4.Compute(in fields)[..3]);
    }

    [Theory]
    [InlineData("6832", "h2")]
    [InlineData("687474702f312e31", "h1")]
    [InlineData("68712d3239", "h9")]
    [InlineData("646f74", "dt")]
    [InlineData("61", "aa")]
    [InlineData("4832", "H2")]
    [InlineData("ab", "ab")]
    [InlineData("20", "20")]
    [InlineData("abcd", "ad")]
    [InlineData("2061", "21")]
    [InlineData("30ab", "3b")]
    [InlineData("6120", "60")]
    [InlineData("3031abcd", "3d")]
    [InlineData("30abcd31", "01")]
    [InlineData("0a0a", "0a")]
    [InlineData("", "00")]
    public void The_ends_of_the_first_protocol_name_are_characters_or_hex_digits(string name, string expected)
    {
        var fields = new ClientHelloFields { LegacyVersion = 0x0303, FirstAlpn = Convert.FromHexString(name) };
        Assert.Equal(expected, Ja4.Compute(in fields)[8..10]);
    }

    [Fact]
    public void Repeated_extension_types_are_counted_and_hashed_twice()
    {
        var fields = new ClientHelloFields { LegacyVersion = 0x0303, Extensions = [23, 10, 23] };
        Assert.Equal($"t12i000300_000000000000_{Hash("000a,0017,0017")}", Ja4.Compute(in fields));
    }

    private static string List(ushort[] values) => string.Join(',', values.Select(v => v.ToString("x4", null)));

    private static string Hash(string list) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(list)))[..12];
}
