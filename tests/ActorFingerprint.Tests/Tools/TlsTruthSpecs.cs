using ActorFingerprint.Tools.FrameGenerator;
using ActorFingerprint.Tools.FrameGenerator.Tls;
using Xunit;

namespace ActorFingerprint.Tests.Tools;

/// <summary>The generator's own fingerprints against published values: golden data is worth no more than these.</summary>
public sealed class TlsTruthSpecs
{
    private static readonly byte[] NoRandom = new byte[32];

    [Theory]
    [InlineData("1301 c02f", "771,4865-49199,,,", "6ac28f635e78b6e59638f7a1e035f458")]
    [InlineData("", "771,,,,", "bddda940f9963577c41d7c28b1a5f65f")]
    public void Ja3_of_a_hello_without_extensions_has_empty_fields(string ciphers, string text, string hash)
    {
        var hello = new ClientHelloMessage { Random = NoRandom, CipherSuites = ciphers.Length == 0 ? [] : TlsStacks.Hex(ciphers) };
        Assert.Equal(text, TlsTruth.Ja3String(hello));
        Assert.Equal(hash, TlsTruth.Ja3(hello));
    }

    [Fact]
    public void Ja3_of_a_published_browser_hello()
    {
        var hello = new ClientHelloMessage
        {
            Random = NoRandom,
            CipherSuites = [4865, 4867, 4866, 49195, 49199, 52393, 52392, 49196, 49200, 49162, 49161, 49171, 49172, 156, 157, 47, 53],
            Extensions = [0, 23, 65281, 10, 11, 35, 16, 5, 34, 51, 43, 13, 45, 28, 21],
            Groups = [29, 23, 24, 25, 256, 257],
        };
        Assert.Equal("579ccef312d18482fc42e2b822ca2430", TlsTruth.Ja3(hello));
    }

    [Fact]
    public void Ja4_of_a_published_browser_hello()
    {
        var hello = new ClientHelloMessage
        {
            Random = NoRandom,
            CipherSuites = TlsStacks.Hex("6a6a 1301 1302 1303 c02b c02f c02c c030 cca9 cca8 c013 c014 009c 009d 002f 0035"),
            Extensions = TlsStacks.Hex("001b 0000 0033 0010 4469 0017 002d 000d 0005 0023 0012 002b ff01 000b 000a 0015"),
            SignatureAlgorithms = TlsStacks.Hex("0403 0804 0401 0503 0805 0501 0806 0601"),
            Versions = TlsStacks.Hex("3a3a 0304 0303"),
            Alpn = [[.. "h2"u8]],
        };
        Assert.Equal("t13d1516h2_8daaf6152771_e5627efa2ab1", TlsTruth.Ja4(hello));
    }

    [Fact]
    public void Ja3s_of_published_server_hellos()
    {
        Assert.Equal("eb1d94daa7e0344597e756a1fb6e7054", TlsTruth.Ja3S(Server(4865, 51, 43)));
        Assert.Equal("f4febc55ea12b31ae17cfb7e614afda8", TlsTruth.Ja3S(Server(4865, 43, 51)));
        Assert.Equal("5d79edf64e03689ff559a54e9d9487bc", TlsTruth.Ja3S(Server(49199, 65281, 0, 11, 16, 23)));
    }

    [Theory]
    [InlineData("6832", "h2")]
    [InlineData("ab", "ab")]
    [InlineData("20", "20")]
    [InlineData("abcd", "ad")]
    [InlineData("2061", "21")]
    [InlineData("30ab", "3b")]
    [InlineData("6120", "60")]
    [InlineData("3031abcd", "3d")]
    [InlineData("30abcd31", "01")]
    public void Alpn_characters_follow_the_published_examples(string name, string code)
    {
        var hello =
            new ClientHelloMessage { Random = NoRandom, CipherSuites = [0x1301], Extensions = [16], Alpn = [Convert.FromHexString(name)] };
        Assert.Equal(code, TlsTruth.Ja4(hello).Substring(8, 2));
    }

    [Fact]
    public void Permuted_hellos_of_one_stack_share_their_ja4_and_not_their_ja3()
    {
        var random = SeededRandom.For(1, "permuted");
        var hellos = Enumerable.Range(0, 20).Select(_ => TlsStacks.ChromeLike.Hello(random, "www.example.com")).ToArray();
        Assert.Single(hellos.Select(TlsTruth.Ja4).Distinct());
        Assert.True(hellos.Select(TlsTruth.Ja3).Distinct().Count() > 15);
    }

    private static ServerHelloMessage Server(ushort cipher, params ushort[] extensions) =>
        new() { Random = NoRandom, CipherSuite = cipher, Extensions = [.. extensions.Select(type => (type, Array.Empty<byte>()))] };
}
