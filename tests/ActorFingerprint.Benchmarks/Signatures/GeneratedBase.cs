using ActorFingerprint.Core.Identification;
using ActorFingerprint.Core.Identification.Signatures;
using ActorFingerprint.Persistence.Signatures;
using ActorFingerprint.Tools.FrameGenerator;

namespace ActorFingerprint.Benchmarks.Signatures;

/// <summary>A signature and a value that meets it.</summary>
internal readonly record struct GeneratedSignature(Signature Signature, string Example);

/// <summary>
/// A made-up signature base, the same at every run: 60,000 DHCP lists and vendor classes, 20,000 JA3 and JA4 values, 10,000 MAC prefixes and
/// 10,000 patterns of names, services and user agents, of 8,000 devices.
/// </summary>
internal static class GeneratedBase
{
    /// <summary>Signatures of the base.</summary>
    public const int Count = 100_000;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<GeneratedSignature> All { get; } = Make();

    /// <summary>Writes the base; the bundled one is made with <c>actorfp db build</c>.</summary>
    public static void WriteTo(string path)
    {
        using var writer = SignatureWriter.Open(path);
        var written = writer.Replace(new SignatureSourceInfo("generated", "1", ""), All.Select(generated => generated.Signature));
        if (written != Count) throw new InvalidOperationException($"{written} signatures written, not {Count}");
        writer.Describe("generated-1", "2026-01-01");
        writer.Complete();
    }

    /// <summary>Values that meet signatures of this kind, spread over all of them; no value twice.</summary>
    public static IReadOnlyList<string> Examples(SignatureKind kind, int count)
    {
        var values = All.Where(generated => generated.Signature.Kind == kind).Select(generated => generated.Example).Distinct().ToList();
        return [.. Enumerable.Range(0, Math.Min(count, values.Count)).Select(i => values[(int)((long)i * values.Count / Math.Min(count, values.Count))])];
    }

    private static List<GeneratedSignature> Make()
    {
        var devices = new GeneratedDevices(SeededRandom.For(1, "signature devices"));
        List<GeneratedSignature> all = [];
        all.AddRange(GeneratedDhcp.Make(SeededRandom.For(1, "signature dhcp"), devices, lists: 57_000, vendorClasses: 3_000));
        all.AddRange(GeneratedHashes.Tls(SeededRandom.For(1, "signature tls"), devices, 20_000));
        all.AddRange(GeneratedHashes.Prefixes(SeededRandom.For(1, "signature prefixes"), devices, 10_000));
        all.AddRange(GeneratedPatterns.Make(SeededRandom.For(1, "signature patterns"), devices));
        return all;
    }
}
