using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using ActorFingerprint.Protocols.Tls;
using Xunit;

namespace ActorFingerprint.Tests.Protocols.Tls;

public sealed class DistinguishedNameSpecs
{
    [Theory]
    [InlineData("C=DE, O=Example, CN=a.example", "CN=a.example,O=Example,C=DE")]
    [InlineData("CN=\"Ja, nein; <x>\"", @"CN=Ja\x2c nein\x3b \x3cx\x3e")]
    [InlineData("CN=ä\\", @"CN=\xc3\xa4\x5c")]
    [InlineData("DC=example, OU=Unit, S=State, L=Place", "L=Place,ST=State,OU=Unit,DC=example")]
    [InlineData("OID.2.5.4.17=12345, OID.1.3.6.1.4.1.311.60.2.1.3=US", "1.3.6.1.4.1.311.60.2.1.3=US,2.5.4.17=12345")]
    [InlineData("E=a@b.example, SERIALNUMBER=77", "serialNumber=77,emailAddress=a@b.example")]
    public void Parts_come_in_reverse_with_their_names(string name, string text) =>
        Assert.Equal(text, Format(new X500DistinguishedName(name, X500DistinguishedNameFlags.None).RawData));

    [Fact]
    public void Values_that_are_no_text_are_hex_and_several_values_are_joined_by_plus()
    {
        byte[] pair1 = [0x30, 8, 6, 3, 0x55, 4, 3, 2, 1, 5];
        byte[] pair2 = [0x30, 13, 6, 3, 0x55, 4, 10, 30, 6, 0, (byte)'A', 0x20, 0xAC, 0, (byte)'='];
        pair2[1] = (byte)(pair2.Length - 2);
        byte[] set = [0x31, (byte)(pair1.Length + pair2.Length), .. pair1, .. pair2];
        Assert.Equal(@"CN=#020105+O=A \xac\x3d", DistinguishedName.Format(set, 200));
    }

    [Fact]
    public void Text_is_cut_at_a_whole_character()
    {
        var name = new X500DistinguishedName("CN=" + new string('ä', 60), X500DistinguishedNameFlags.None).RawData;
        var text = Format(name, maxLength: 18);
        Assert.Equal(@"CN=\xc3\xa4\xc3", text);
    }

    [Fact]
    public void Issuer_and_subject_are_found_in_any_certificate_and_damage_never_throws()
    {
        var whole = CertificateBytes.Make("O=two, CN=one");
        Assert.True(CertificateNames.TryFind(whole, out _, out var subject));
        Assert.Equal("CN=one,O=two", DistinguishedName.Format(subject, 200));
        var random = new Random(5);
        for (var i = 0; i < 20000; i++)
        {
            var bytes = whole.ToArray();
            for (var flips = random.Next(1, 6); flips > 0; flips--) bytes[random.Next(200)] = (byte)random.Next(256);
            if (random.Next(3) == 0) bytes = bytes[..random.Next(bytes.Length)];
            if (!CertificateNames.TryFind(bytes, out var issuer, out var damaged)) continue;
            Assert.InRange(DistinguishedName.Format(issuer, 200).Length, 0, 200);
            Assert.InRange(DistinguishedName.Format(damaged, 200).Length, 0, 200);
        }
    }

    [Fact]
    public void Random_bytes_are_names_too()
    {
        var random = new Random(6);
        for (var i = 0; i < 20000; i++)
        {
            var bytes = new byte[random.Next(300)];
            random.NextBytes(bytes);
            byte[] tags = [0x31, 0x30, 6, 2];
            for (var at = 0; at < bytes.Length; at += random.Next(1, 9)) bytes[at] = tags[random.Next(tags.Length)];
            var text = DistinguishedName.Format(bytes, 200);
            Assert.InRange(text.Length, 0, 200);
            Assert.All(text, c => Assert.InRange(c, ' ', '~'));
        }
    }

    private static string Format(byte[] name, int maxLength = 200)
    {
        var reader = new AsnReader(name, AsnEncodingRules.DER);
        return DistinguishedName.Format(reader.PeekContentBytes().Span, maxLength);
    }
}
