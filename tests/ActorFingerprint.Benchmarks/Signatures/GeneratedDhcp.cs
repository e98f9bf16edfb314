using System.Globalization;
using ActorFingerprint.Core.Identification.Signatures;
using ActorFingerprint.Tools.FrameGenerator;

namespace ActorFingerprint.Benchmarks.Signatures;

/// <summary>DHCP lists of a few hundred clients and what became of them over their versions, and vendor classes.</summary>
internal static class GeneratedDhcp
{
    private const int Clients = 600;

    private static readonly byte[] Codes = [1, 3, 6, 15, 12, 28, 42, 51, 54, 58, 59, 31, 33, 43, 44, 46, 47, 119, 121, 249, 252, 2, 26, 17, 66, 67, 95, 108, 114, 120, 125, 150];
    private static readonly string[] Messages = ["", "", "", "discover", "request"];

    /// <summary>Lists, each different from all others, then vendor classes.</summary>
    public static IEnumerable<GeneratedSignature> Make(SeededRandom random, GeneratedDevices devices, int lists, int vendorClasses)
    {
        var clients = Enumerable.Range(0, Clients).Select(_ => List(random)).ToArray();
        HashSet<string> seen = new(StringComparer.Ordinal);
        while (seen.Count < lists)
        {
            var text = Text(Changed(random, clients[random.Next(Clients)], 1 + random.Next(5)));
            if (!seen.Add(text)) continue;
            yield return new GeneratedSignature(
                new Signature(SignatureKind.DhcpList, SignatureMatch.Exact, text, devices.Any, random.Next(50, 100), "generated")
                {
                    Qualifier = Messages[random.Next(Messages.Length)],
                    VendorPatterns = random.Chance(40) ? [VendorClass(random.Next(vendorClasses))] : [],
                }, text);
        }
        for (var i = 0; i < vendorClasses; i++)
            yield return new GeneratedSignature(i % 10 == 0
                ? new Signature(SignatureKind.DhcpVendorClass, SignatureMatch.Regex, $@"^{VendorClass(i)}\d", devices.Any, 80, "generated")
                : new Signature(SignatureKind.DhcpVendorClass, SignatureMatch.Prefix, VendorClass(i), devices.Any, 80, "generated"), VendorClass(i) + "4.2");
    }

    /// <summary>A list with some codes moved, added, left out or changed.</summary>
    public static byte[] Changed(SeededRandom random, byte[] list, int changes)
    {
        List<byte> changed = [.. list];
        for (var i = 0; i < changes; i++)
        {
            var (at, code) = (random.Next(changed.Count), Codes[random.Next(Codes.Length)]);
            switch (random.Next(4))
            {
                case 0 when !changed.Contains(code): changed.Insert(at, code); break;
                case 1 when changed.Count > 5: changed.RemoveAt(at); break;
                case 2 when !changed.Contains(code): changed[at] = code; break;
                default:
                    var other = random.Next(changed.Count);
                    (changed[at], changed[other]) = (changed[other], changed[at]);
                    break;
            }
        }
        return [.. changed];
    }

    /// <summary>As signatures write it.</summary>
    public static string Text(byte[] list) => string.Join(',', list.Select(code => code.ToString(CultureInfo.InvariantCulture)));

    /// <summary>From how signatures write it.</summary>
    public static byte[] Parse(string text) => [.. text.Split(',').Select(code => byte.Parse(code, CultureInfo.InvariantCulture))];

    private static byte[] List(SeededRandom random)
    {
        HashSet<byte> list = [];
        var length = random.Next(6, 20);
        while (list.Count < length) list.Add(Codes[random.Next(Codes.Length)]);
        return [.. list];
    }

    private static string VendorClass(int number) => GeneratedDevices.Name(number) + "dhc-";
}
