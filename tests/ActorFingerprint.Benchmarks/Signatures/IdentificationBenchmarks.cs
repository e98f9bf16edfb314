using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Identification;
using ActorFingerprint.Core.Identification.Signatures;
using BenchmarkDotNet.Attributes;

namespace ActorFingerprint.Benchmarks.Signatures;

/// <summary>A lookup of what is known of a device, and the whole answer for a device of a home, over 100,000 signatures.</summary>
public class IdentificationBenchmarks
{
    private const int Devices = 300;

    private readonly DeviceState[] _devices = [.. Enumerable.Range(0, Devices).Select(TypicalDevice.Make)];
    private readonly LookupQuery[] _queries = [.. Enumerable.Range(0, Devices).Select(TypicalDevice.Query)];
    private LocalLookup _lookup = new(new SignatureIndex([]));
    private DeviceClassifier _classifier = new(new SignatureIndex([]), EvidenceWeights.Default);
    private int _next;

    /// <summary>Whether answers of the index are remembered.</summary>
    [Params(false, true)]
    public bool Cached { get; set; }

    [GlobalSetup]
    public void Load()
    {
        var index = new SignatureIndex(GeneratedBase.All.Select(generated => generated.Signature));
        ISignatureSource signatures = Cached ? new SignatureCache(index) : index;
        (_lookup, _classifier) = (new LocalLookup(signatures), new DeviceClassifier(signatures, EvidenceWeights.Default));
        foreach (var device in _devices) _classifier.Identify(device, null);
    }

    [Benchmark]
    public double LocalLookupFind() => _lookup.Find(_queries[_next++ % Devices]).Confidence;

    [Benchmark]
    public double Identify() => _classifier.Identify(_devices[_next++ % Devices], null).Confidence;
}
