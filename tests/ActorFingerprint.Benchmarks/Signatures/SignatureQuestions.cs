using ActorFingerprint.Core.Identification.Signatures;
using ActorFingerprint.Tools.FrameGenerator;

namespace ActorFingerprint.Benchmarks.Signatures;

/// <summary>Values to look up, a thousand different ones of each sort: those that meet signatures of the generated base, and strange ones.</summary>
/// <param name="Name">What is asked.</param>
/// <param name="Kind">Kind of the values.</param>
/// <param name="Values">The values, none twice.</param>
internal sealed record SignatureQuestions(string Name, SignatureKind Kind, IReadOnlyList<string> Values)
{
    private const int Count = 1_000;

    /// <summary>All sorts.</summary>
    public static IReadOnlyList<SignatureQuestions> All { get; } =
    [
        Known("DHCP list, exact", SignatureKind.DhcpList),
        Lists("DHCP list, other order", Reordered),
        Lists("DHCP list, one code more", (list, _) => [.. list, 77]),
        Made("DHCP list, unlike any", SignatureKind.DhcpList, (random, _) => GeneratedDhcp.Text([.. random.Bytes(14).Select(code => (byte)(code | 0x80))])),
        Known("vendor class", SignatureKind.DhcpVendorClass),
        Known("JA3", SignatureKind.Ja3),
        Known("JA4", SignatureKind.Ja4),
        Made("JA4, unknown", SignatureKind.Ja4, (random, _) => GeneratedHashes.Ja4(random)),
        Known("MAC prefix", SignatureKind.Oui),
        Known("host name", SignatureKind.HostName),
        Made("host name, unknown", SignatureKind.HostName, (_, i) => $"{GeneratedDevices.Name(7_999 - i).ToLowerInvariant()}-livingroom-{i}"),
        Known("mDNS TXT", SignatureKind.MdnsText),
        Known("SSDP server", SignatureKind.SsdpServer),
        Known("SSDP location", SignatureKind.SsdpLocation),
        Known("user agent", SignatureKind.UserAgent),
        Made("user agent, unknown", SignatureKind.UserAgent, (_, i) =>
            $"Mozilla/5.0 (Linux; Android 13; XQ-{i}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{100 + i % 30}.0.0.0 Mobile Safari/537.36"),
    ];

    /// <summary>The sort of this name.</summary>
    public static SignatureQuestions Named(string name) => All.Single(questions => questions.Name == name);

    /// <inheritdoc />
    public override string ToString() => Name;

    private static SignatureQuestions Known(string name, SignatureKind kind) => new(name, kind, GeneratedBase.Examples(kind, Count));

    private static SignatureQuestions Lists(string name, Func<byte[], SeededRandom, byte[]> change)
    {
        var known = GeneratedBase.All.Where(generated => generated.Signature.Kind == SignatureKind.DhcpList).Select(generated => generated.Example).ToHashSet();
        var random = SeededRandom.For(2, name);
        var lists = GeneratedBase.Examples(SignatureKind.DhcpList, 2 * Count)
            .Select(text => GeneratedDhcp.Text(change(GeneratedDhcp.Parse(text), random))).Where(text => !known.Contains(text)).Distinct();
        return new SignatureQuestions(name, SignatureKind.DhcpList, [.. lists.Take(Count)]);
    }

    private static SignatureQuestions Made(string name, SignatureKind kind, Func<SeededRandom, int, string> make)
    {
        var random = SeededRandom.For(2, name);
        return new SignatureQuestions(name, kind, [.. Enumerable.Range(0, Count).Select(i => make(random, i)).Distinct()]);
    }

    private static byte[] Reordered(byte[] list, SeededRandom random)
    {
        var reordered = (byte[])list.Clone();
        var (a, b) = (random.Next(list.Length), random.Next(list.Length - 1));
        if (b >= a) b++;
        (reordered[a], reordered[b]) = (reordered[b], reordered[a]);
        return reordered;
    }
}
