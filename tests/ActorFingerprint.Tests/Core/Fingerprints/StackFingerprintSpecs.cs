using System.Globalization;
using ActorFingerprint.Core.Fingerprints;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Tests.Protocols;
using ActorFingerprint.Tests.Protocols.Tls;
using Xunit;

namespace ActorFingerprint.Tests.Core.Fingerprints;

public sealed class StackFingerprintSpecs
{
    private static readonly ushort[] Ciphers = [0x1301, 0x1302, 0xC02F, 0xC02B];
    private static readonly ushort[] Extensions = [0, 23, 0xFF01, 10, 11, 16, 5, 13, 18, 51, 45, 43, 27];
    private static readonly ushort[] Groups = [0x11EC, 29, 23];
    private static readonly ushort[] Algorithms = [0x0403, 0x0804, 0x0401];
    private static readonly ushort[] Versions = [0x0304, 0x0303];

    [Fact]
    public void Text_lists_what_the_client_can_do()
    {
        Assert.Equal("v=0303,0304;c=1301,1302,c02b,c02f;x=0005,000a,000b,000d,0012,0017,001b,002b,ff01;g=11ec,001d,0017;"
            + "s=0403,0804,0401;p=0", StackFingerprint.Text(Fields()));
        Assert.Equal("afs1:0304:c4x9g3s3:45cdc7024887b755", StackFingerprint.Of(Fields()));
    }

    [Fact]
    public void Hello_without_lists_has_a_fingerprint_too() =>
        Assert.Equal("v=0301;c=;x=;g=;s=;p=", StackFingerprint.Text(new ClientHelloFields { LegacyVersion = 0x0301 }));

    [Fact]
    public void Neither_order_of_extensions_nor_what_one_connection_adds_changes_it()
    {
        var expected = StackFingerprint.Of(Fields());
        ushort[] passing = [21, 35, 41, 42, 44, 45, 51, 25, 0, 16, 13172, 17513, 17613, 57, 0xFFA5, 0xFE0D, 0xFFCE, 30031, 30032, 40];
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var extensions = Extensions.Where(type => !passing.Contains(type) || random.Next(2) == 0)
                .Concat(passing.Where(_ => random.Next(2) == 0)).Concat([Grease(random), Grease(random)]).ToArray();
            random.Shuffle(extensions);
            ushort[] ciphers = [Grease(random), .. Ciphers, .. random.Next(2) == 0 ? [0x5600] : Array.Empty<ushort>()];
            random.Shuffle(ciphers);
            ushort[] versions = [.. Versions, Grease(random)];
            random.Shuffle(versions);
            ushort[] groups = [Grease(random), .. Groups];
            ushort[] algorithms = [.. Algorithms, Grease(random)];
            Assert.Equal(expected, StackFingerprint.Of(Fields(ciphers, extensions, groups, algorithms, versions)));
        }
    }

    [Fact]
    public void Every_other_difference_changes_it()
    {
        string[] values =
        [
            StackFingerprint.Of(Fields()),
            StackFingerprint.Of(Fields(ciphers: [.. Ciphers, 0xC030])),
            StackFingerprint.Of(Fields(ciphers: Ciphers[1..])),
            StackFingerprint.Of(Fields(extensions: [.. Extensions, 49])),
            StackFingerprint.Of(Fields(extensions: [.. Extensions.Where(type => type != 5)])),
            StackFingerprint.Of(Fields(groups: [29, 23])),
            StackFingerprint.Of(Fields(groups: [29, 0x11EC, 23])),
            StackFingerprint.Of(Fields(algorithms: [0x0804, 0x0403, 0x0401])),
            StackFingerprint.Of(Fields(algorithms: Algorithms[..2])),
            StackFingerprint.Of(Fields(versions: [0x0304])),
            StackFingerprint.Of(Fields(formats: [0, 1])),
        ];
        Assert.Equal(values.Length, values.Distinct().Count());
    }

    /// <summary>A hello from the wire: name, padding and a second hello's cookie leave it; the stage hands it on.</summary>
    [Fact]
    public void Hellos_of_one_client_on_the_wire_share_it()
    {
        byte[][] hellos =
        [
            TlsBytes.ClientHello("a.example"),
            TlsBytes.ClientHello("b.example", padding: 200, seed: 2),
            TlsBytes.ClientHello("b.example", 0, 3, (35, [1, 2, 3]), (41, new byte[40]), (42, [])),
            TlsBytes.ClientHello("c.example", 0, 4, (44, [0, 1, 9]), (0x2A2A, [])),
        ];
        var probe = StageProbe.OfTls();
        foreach (var (hello, i) in hellos.Select((hello, i) => (hello, i))) probe.Send(1, TlsBytes.Records(hello), (ushort)(1000 + i));
        var found = probe.Found.Cast<ClientHelloObservation>().Select(o => o.Hello).ToList();
        Assert.Equal(4, found.Select(hello => hello.Ja4).Distinct().Count());
        Assert.Equal(StackFingerprint.Of(found[0].Fields), Assert.Single(found.Select(hello => hello.Stack).Distinct()));
    }

    [Fact]
    public void The_text_of_a_hello_of_any_size_is_its_lists_as_defined()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var (ciphers, extensions, groups, algorithms, versions) = (Any(random), Any(random), Any(random), Any(random), Any(random));
            byte[] formats = [.. Any(random).Select(v => (byte)v)];
            var expected = $"v={Set(versions)};c={Set(ciphers.Where(c => c != 0x5600))};x={Set(extensions.Where(type => !StackFingerprint.IsLeftOut(type)))}"
                + $";g={List(groups)};s={List(algorithms)};p={string.Join(',', formats)}";
            Assert.Equal(expected, StackFingerprint.Text(Fields(ciphers, extensions, groups, algorithms, versions, formats)));
        }
    }

    private static string Set(IEnumerable<ushort> values) => List(values.Distinct().Order());

    private static string List(IEnumerable<ushort> values) =>
        string.Join(',', values.Where(v => !ActorFingerprint.Core.Fingerprints.Grease.IsGrease(v)).Select(v => v.ToString("x4", CultureInfo.InvariantCulture)));

    private static ushort[] Any(Random random) =>
        [.. Enumerable.Range(0, random.Next(2) * random.Next(400)).Select(_ => (ushort)random.Next(65536))];

    private static ushort Grease(Random random) => (ushort)(0x0A0A + 0x1010 * random.Next(16));

    private static ClientHelloFields Fields(ushort[]? ciphers = null, ushort[]? extensions = null, ushort[]? groups = null,
        ushort[]? algorithms = null, ushort[]? versions = null, byte[]? formats = null) => new()
        {
            LegacyVersion = 0x0303,
            CipherSuites = ciphers ?? Ciphers,
            Extensions = extensions ?? Extensions,
            SupportedGroups = groups ?? Groups,
            SignatureAlgorithms = algorithms ?? Algorithms,
            SupportedVersions = versions ?? Versions,
            HasSupportedVersions = true,
            PointFormats = formats ?? [0],
        };
}
