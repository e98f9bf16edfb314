using ActorFingerprint.Tools.FrameGenerator.Tls;

namespace ActorFingerprint.Tools.FrameGenerator.Cases;

/// <summary>Rules about the inside of a ClientHello and what JA3 and JA4 make of it.</summary>
internal static class HelloCases
{
    private static readonly ushort[] TwoCiphers = [0x1301, 0xC02F];
    private static readonly ushort[] TwoSignatures = [0x0403, 0x0804];

    public static IEnumerable<CaptureCase> All()
    {
        foreach (var stack in TlsStacks.All) yield return Stack(stack);
        yield return Hellos("resumed", "Ticket and pre-shared key stay in the lists",
            test =>
                TlsStacks.All.Where(stack => stack.Extensions is not null)
                    .Select(stack => stack.Hello(test.Random, "www.example.com", resumes: true)));
        yield return Hellos("grease-everywhere",
            "GREASE is removed from ciphers, extensions, groups, versions and signature algorithms (RFC 8701)", GreaseEverywhere);
        yield return Hello("grease-lookalikes", "0A1A and 1A2A are not GREASE", Plain() with
        {
            CipherSuites = [0x0A1A, 0x1A2A, 0x1301],
            Extensions = [0, 0x1A0A, 10, 13],
            Groups = [0x0A1A, 29],
        });
        yield return Hello("no-extensions", "Without the extensions block three JA3 fields are empty", Plain() with { Extensions = null });
        yield return Hello("nothing-offered", "No ciphers and no extensions: zeros, never the hash of nothing",
            Plain() with { CipherSuites = [], Extensions = null });
        yield return Hello("empty-extensions-block", "An extensions block of length 0 equals none", Plain() with { Extensions = [] });
        yield return Hello("sni-only", "With SNI alone JA4_c is zeros though the count is 1", Plain() with { Extensions = [0] }, "ja4_o",
            "ja4_ro");
        yield return Hello("sni-and-alpn-only", "With SNI and ALPN alone JA4_c is zeros",
            Plain() with { Extensions = [0, 16], Alpn = [H2] }, "ja4_o", "ja4_ro");
        yield return Hello("sni-absent", "Without extension 0 the third character is i", Plain() with { Extensions = [10, 11, 13] });
        yield return Hello("sni-empty", "An empty extension 0 is still d", Plain() with { ServerName = null });
        yield return Hello("sni-address", "An IPv4 literal is still d", Plain() with { ServerName = "192.0.2.10" });
        yield return Hello("sni-case", "The host name is kept as sent", Plain() with { ServerName = "WWW.Example.COM" });
        foreach (var test in Versions()) yield return test;
        yield return Hello("scsv-counted", "00FF and 5600 are ciphers like others",
            Plain() with { CipherSuites = [0x1301, 0x00FF, 0x5600] });
        yield return Hello("counts-capped", "Counts stop at 99", Plain() with
        {
            CipherSuites = [.. Enumerable.Range(0xC001, 150).Select(value => (ushort)value)],
            Extensions = [.. Enumerable.Range(1000, 120).Select(value => (ushort)value)],
        });
        yield return Hello("extension-repeated", "A repeated extension counts twice and is hashed twice",
            Plain() with { Extensions = [0, 10, 11, 13, 23, 23] });
        yield return Hello("no-signature-algorithms", "Without signature algorithms JA4_r has no last underscore",
            Plain() with { Extensions = [0, 10, 11, 23] });
        yield return Hello("signature-algorithms-cert", "Extension 50 is counted and hashed as a type; the list is that of extension 13",
            Plain() with
            {
                Extensions = [0, 10, 11, 13, 50],
                Bodies = Body(ExtensionType.SignatureAlgorithmsCert, [0, 4, 0x04, 0x01, 0x02, 0x01]),
            });
        yield return Hello("signature-order", "Signature algorithms keep their wire order",
            Plain() with { SignatureAlgorithms = [0x0804, 0x0403, 0x0201, 0x0601] });
        yield return Hello("point-formats", "Point formats are never filtered", Plain() with { PointFormats = [0, 1, 2, 0x0A] });
        yield return Alpn();
    }

    private static byte[] H2 => [.. "h2"u8];

    private static IEnumerable<CaptureCase> Versions()
    {
        yield return Hello("versions-unordered", "The highest of supported_versions counts, wherever it stands",
            WithVersions(0x0301, 0x0304, 0x0303));
        yield return Hello("versions-below-legacy", "supported_versions wins even when it is lower", WithVersions(0x0302));
        yield return Hello("versions-grease-only", "Nothing but GREASE in supported_versions is 00", WithVersions(0x2A2A));
        yield return Hello("versions-draft", "Draft versions are unknown and higher than 0304", WithVersions(0x7F1C, 0x0304, 0x0303));
        foreach (var (name, version) in new (string, ushort)[] { ("ssl30", 0x0300), ("tls10", 0x0301), ("tls11", 0x0302), ("tls12", 0x0303),
            ("unknown", 0x0399) })
            yield return Hello($"legacy-{name}", $"legacy_version {version:X4} without supported_versions",
                Plain() with { LegacyVersion = version });

        static ClientHelloMessage WithVersions(params ushort[] versions) =>
            Plain() with { Extensions = [0, 10, 11, 13, 43], Versions = versions };
    }

    private static ClientHelloMessage Plain() => new()
    {
        Random = SeededRandom.For(1, "hello").Bytes(32),
        CipherSuites = TwoCiphers,
        Extensions = [0, 10, 11, 13],
        ServerName = "www.example.com",
        Groups = [29, 23],
        SignatureAlgorithms = TwoSignatures,
    };

    private static IEnumerable<ClientHelloMessage> GreaseEverywhere(CaptureCase test)
    {
        for (ushort value = 0; value < 16; value++)
        {
            var grease = (ushort)(0x0A0A + 0x1010 * value);
            yield return Plain() with
            {
                Random = test.Random.Bytes(32),
                CipherSuites = [grease, 0x1301, 0xC02F],
                Extensions = [grease, 0, 10, 11, 13, 43, (ushort)(0xFAFA - 0x1010 * value)],
                Groups = [grease, 29],
                SignatureAlgorithms = [grease, 0x0403],
                Versions = [grease, 0x0304],
            };
        }
    }

    private static CaptureCase Alpn()
    {
        byte[][] names =
        [
            H2, [.. "http/1.1"u8], [.. "h3"u8], [.. "hq-29"u8], [.. "dot"u8], [.. "x"u8], [0xAB], [0x20], [0xAB, 0xCD], [0x20, 0x61],
                [0x30, 0xAB],
            [0x61, 0x20], [0x30, 0x31, 0xAB, 0xCD], [0x30, 0xAB, 0xCD, 0x31], [0xC3, 0xA9, 0x31],
        ];
        var test = Hellos("alpn", "First and last character of the first name; the hexadecimal ends when one is not alphanumeric",
            made =>
                names.Select(name => Plain() with { Random = made.Random.Bytes(32), Extensions = [0, 10, 11, 13, 16], Alpn = [name, H2] }));
        Add(test, Plain() with { Extensions = [0, 10, 11, 13, 16], Alpn = [] });
        return test;
    }

    private static CaptureCase Stack(TlsStack stack)
    {
        var test = new CaptureCase("tls", "stack-" + stack.Name, $"A whole opening of the {stack.Name} client, with its ServerHello");
        var conversation = test.Conversation();
        conversation.Open();
        new TlsHandshake(conversation, test.Random, CaptureCase.ClientText, test.Truth).Run(stack, "www.example.com", HelloDelivery.Plain);
        conversation.Close();
        return test;
    }

    private static CaptureCase Hello(string name, string rule, ClientHelloMessage hello, params string[] open)
    {
        var test = new CaptureCase("tls", name, rule);
        Add(test, hello);
        test.Truth[0] = test.Truth[0] with { Open = open };
        return test;
    }

    private static CaptureCase Hellos(string name, string rule, Func<CaptureCase, IEnumerable<ClientHelloMessage>> hellos)
    {
        var test = new CaptureCase("tls", name, rule);
        foreach (var hello in hellos(test)) Add(test, hello);
        return test;
    }

    private static void Add(CaptureCase test, ClientHelloMessage hello)
    {
        var conversation = test.Conversation();
        conversation.Open();
        new TlsHandshake(conversation, test.Random, CaptureCase.ClientText, test.Truth).SendClientHello(hello, HelloDelivery.Plain);
    }

    private static Dictionary<ushort, byte[]> Body(ushort type, byte[] body) => new() { [type] = body };
}
