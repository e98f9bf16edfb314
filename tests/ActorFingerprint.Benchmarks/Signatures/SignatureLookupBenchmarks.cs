using ActorFingerprint.Core.Identification.Signatures;
using BenchmarkDotNet.Attributes;

namespace ActorFingerprint.Benchmarks.Signatures;

/// <summary>One value looked up in a base of 100,000 signatures, of a thousand different ones in turn; for each value.</summary>
public class SignatureLookupBenchmarks
{
    private ISignatureSource _signatures = new SignatureIndex([]);
    private int _next;

    /// <summary>The sorts of values.</summary>
    public static IEnumerable<string> Sorts => SignatureQuestions.All.Select(questions => questions.Name);

    /// <summary>Which sort.</summary>
    [ParamsSource(nameof(Sorts))]
    public string Sort { get; set; } = "";

    /// <summary>Whether answers are remembered.</summary>
    [Params(false, true)]
    public bool Cached { get; set; }

    private SignatureQuestions _questions = SignatureQuestions.All[0];

    [GlobalSetup]
    public void Load()
    {
        var index = new SignatureIndex(GeneratedBase.All.Select(generated => generated.Signature));
        _signatures = Cached ? new SignatureCache(index) : index;
        _questions = SignatureQuestions.Named(Sort);
        foreach (var value in _questions.Values) _signatures.Find(_questions.Kind, value);
    }

    [Benchmark]
    public int Find() => _signatures.Find(_questions.Kind, _questions.Values[_next++ % _questions.Values.Count]).Count;
}
