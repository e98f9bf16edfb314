using System.Globalization;
using ActorFingerprint.Core.Identification.Signatures;
using ActorFingerprint.Tools.FrameGenerator;

namespace ActorFingerprint.Benchmarks.Signatures;

/// <summary>Values without structure: TLS hashes and MAC address prefixes.</summary>
internal static class GeneratedHashes
{
    private static readonly int[] Digits = [6, 6, 6, 6, 6, 6, 6, 7, 7, 9];

    /// <summary>As many JA3 hashes as JA4 values.</summary>
    public static IEnumerable<GeneratedSignature> Tls(SeededRandom random, GeneratedDevices devices, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var (kind, value) = i % 2 == 0 ? (SignatureKind.Ja3, Convert.ToHexStringLower(random.Bytes(16))) : (SignatureKind.Ja4, Ja4(random));
            yield return new GeneratedSignature(new Signature(kind, SignatureMatch.Exact, value, devices.Any, random.Next(40, 100), "generated"), value);
        }
    }

    /// <summary>Prefixes of 6, 7 and 9 hex digits.</summary>
    public static IEnumerable<GeneratedSignature> Prefixes(SeededRandom random, GeneratedDevices devices, int count)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        while (seen.Count < count)
        {
            var bytes = random.Bytes(5);
            bytes[0] &= 0xFC; // a globally unique unicast address
            var prefix = Convert.ToHexString(bytes)[..Digits[random.Next(Digits.Length)]];
            if (seen.Add(prefix))
                yield return new GeneratedSignature(new Signature(SignatureKind.Oui, SignatureMatch.Exact, prefix, devices.Any, 60, "generated"), prefix);
        }
    }

    /// <summary>A JA4 value of a client.</summary>
    public static string Ja4(SeededRandom random) => string.Create(CultureInfo.InvariantCulture,
        $"t13d{random.Next(8, 40):00}{random.Next(6, 20):00}h2_{Convert.ToHexStringLower(random.Bytes(6))}_{Convert.ToHexStringLower(random.Bytes(6))}");
}
