using ActorFingerprint.Core.Fingerprints;
using Xunit;

namespace ActorFingerprint.Tests.Core.Fingerprints;

public sealed class Ja3Specs
{
    [Theory]
    [InlineData(
        "771,4865-4867-4866-49195-49199-52393-52392-49196-49200-49162-49161-49171-49172-156-157-47-53,0-23-65281-10-11-35-16-5-34-51-43-13-45-28-21,29-23-24-25-256-257,0",
        "579ccef312d18482fc42e2b822ca2430")]
    [InlineData("771,4865-49199,,,", "6ac28f635e78b6e59638f7a1e035f458")]
    [InlineData("771,,,,", "bddda940f9963577c41d7c28b1a5f65f")]
    public void Worked_examples_give_their_string_and_hash(string text, string hash)
    {
        var fields = Parse(text);
        Assert.Equal(text, Ja3.Text(in fields));
        Assert.Equal(hash, Ja3.Hash(in fields));
    }

    [Fact]
    public void Grease_is_left_out_of_ciphers_extensions_and_groups_and_point_formats_are_not_filtered()
    {
        var fields = new ClientHelloFields
        {
            LegacyVersion = 771,
            CipherSuites = [0x0A0A, 4865, 0xFAFA],
            Extensions = [0x1A1A, 0, 0x2A2A],
            SupportedGroups = [0x3A3A, 29],
            PointFormats = [0, 0x0A],
        };
        Assert.Equal("771,4865,0,29,0-10", Ja3.Text(in fields));
    }

    [Fact]
    public void Repeated_extensions_and_pseudo_grease_stay_in_wire_order()
    {
        var fields = new ClientHelloFields { LegacyVersion = 769, CipherSuites = [0x0A1A, 255], Extensions = [23, 21, 23], SupportedGroups = [24, 23] };
        Assert.Equal("769,2586-255,23-21-23,24-23,", Ja3.Text(in fields));
    }

    [Fact]
    public void Lists_far_beyond_the_stack_give_the_whole_string()
    {
        var ciphers = Enumerable.Range(20000, 30000).Select(v => (ushort)v).ToArray();
        var fields = new ClientHelloFields { LegacyVersion = 771, CipherSuites = ciphers, PointFormats = new byte[200] };
        var expected = $"771,{string.Join('-', ciphers.Where(v => !Grease.IsGrease(v)))},,,{string.Join('-', new byte[200])}";
        Assert.Equal(expected, Ja3.Text(in fields));
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.MD5.HashData(System.Text.Encoding.ASCII.GetBytes(expected))), Ja3.Hash(in fields));
    }

    [Theory]
    [InlineData("4865", "51-43", "eb1d94daa7e0344597e756a1fb6e7054")]
    [InlineData("4865", "43-51", "f4febc55ea12b31ae17cfb7e614afda8")]
    [InlineData("49199", "65281-0-11-16-23", "5d79edf64e03689ff559a54e9d9487bc")]
    public void Ja3s_hashes_version_cipher_and_extensions_in_wire_order(string cipher, string extensions, string hash)
    {
        var types = HexList.Decimal(extensions);
        Assert.Equal(hash, Ja3S.Hash(771, HexList.Decimal(cipher)[0], types));
        Assert.Equal($"771,{cipher},{extensions}", Ja3S.Text(771, HexList.Decimal(cipher)[0], types));
    }

    [Fact]
    public void Ja3s_filters_nothing() => Assert.Equal("771,2570,6682", Ja3S.Text(771, 0x0A0A, [0x1A1A]));

    private static ClientHelloFields Parse(string text)
    {
        var parts = text.Split(',');
        return new ClientHelloFields
        {
            LegacyVersion = HexList.Decimal(parts[0])[0],
            CipherSuites = HexList.Decimal(parts[1]),
            Extensions = HexList.Decimal(parts[2]),
            SupportedGroups = HexList.Decimal(parts[3]),
            PointFormats = HexList.Decimal(parts[4]).Select(v => (byte)v).ToArray(),
        };
    }
}
