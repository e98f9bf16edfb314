using ActorFingerprint.Core.Identification.Signatures;
using ActorFingerprint.Tools.FrameGenerator;
using static ActorFingerprint.Core.Identification.Signatures.SignatureKind;
using static ActorFingerprint.Core.Identification.Signatures.SignatureMatch;

namespace ActorFingerprint.Benchmarks.Signatures;

/// <summary>
/// Patterns of names, services and user agents in the shapes that the curated tables have, about as often as they do: host names and user
/// agents mostly expressions, SSDP servers mostly words, services whole values.
/// </summary>
internal static class GeneratedPatterns
{
    private static readonly Shape[] Shapes =
    [
        new(HostName, Regex, 1_900, @"(?i)^{0}[-_]?[0-9A-F]{6}$", "{0}-12AB9F"),
        new(HostName, Regex, 800, @"(?i)^(?:{0}|{0}cam)(-\w+)?$", "{0}cam-2"),
        new(HostName, Regex, 300, @"(?i)(?:^|-){0}\d+$", "kitchen-{0}7"),
        new(HostName, Glob, 250, "*{0}*", "my-{0}-2"),
        new(HostName, Glob, 200, "{0}-%%%%%%", "{0}-12AB9F"),
        new(HostName, Token, 300, "{0}", "old.{0}.2"),
        new(HostName, Exact, 250, "{0}", "{0}"),
        new(MdnsService, Exact, 700, "_{0}._tcp", "_{0}._tcp"),
        new(MdnsText, Exact, 300, "_http._tcp app={0}", "_http._tcp app={0}"),
        new(MdnsText, Regex, 1_000, @"^_(?:device-info|airplay|raop|companion-link)\._tcp (?:model|am|rpMd)=({0}\d+,\d+)$", "_airplay._tcp model={0}4,2"),
        new(MdnsText, Regex, 500, @"^_ipps?\._tcp (?:ty|product)=\(?(?i:{0} .*)\)?$", "_ipp._tcp ty={0} LaserJet 4"),
        new(SsdpType, Prefix, 500, "urn:{0}-com:device:", "urn:{0}-com:device:Player:1"),
        new(SsdpServer, Token, 700, "{0}", "Linux/3.14 UPnP/1.0 {0}/2.1"),
        new(SsdpServer, Regex, 100, @"^Linux.*{0}/[\d.]+", "Linux/3.14 UPnP/1.0 {0}/2.1"),
        new(SsdpLocation, Regex, 200, @"//[^/]+/{0}\.xml$", "http://192.168.1.4:49152/{0}.xml"),
        new(UserAgent, Regex, 500, @"Android [^;]+; (?:[a-z]{2}-[a-z]{2}; )?{0}[ );]",
            "Mozilla/5.0 (Linux; Android 13; {0}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36"),
        new(UserAgent, Regex, 300, @"\(Linux; (?:U; )?Android [^;]+; (?:SAMSUNG )?({0}-[TPX]\w+)[ );]",
            "Mozilla/5.0 (Linux; Android 12; {0}-T55) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/119.0.0.0 Safari/537.36"),
        new(UserAgent, Regex, 800, @"^{0}/\d", "{0}/7.2 CFNetwork/1410.0.3 Darwin/22.6.0"),
        new(UserAgent, Regex, 200, @"\b{0}(?:TV|Box)?\b|^{0}-Agent", "Mozilla/5.0 (SMART-TV; Linux; {0}TV) AppleWebKit/538.1"),
        new(UserAgent, Token, 200, "{0}", "Mozilla/5.0 (X11; Linux x86_64) {0}/1.0 Safari/537.36"),
    ];

    /// <summary>All of them.</summary>
    public static IEnumerable<GeneratedSignature> Make(SeededRandom random, GeneratedDevices devices)
    {
        var name = 0;
        foreach (var shape in Shapes)
            for (var i = 0; i < shape.Count; i++)
            {
                var word = GeneratedDevices.Name(name += 1 + random.Next(3));
                yield return new GeneratedSignature(
                    new Signature(shape.Kind, shape.Match, Fill(shape.Pattern, word), devices.Any, random.Next(50, 100), "generated"), Fill(shape.Example, word));
            }
    }

    private static string Fill(string shape, string word) => shape.Replace("{0}", word, StringComparison.Ordinal);

    private sealed record Shape(SignatureKind Kind, SignatureMatch Match, int Count, string Pattern, string Example);
}
