using ActorFingerprint.Core.Identification.Signatures;
using ActorFingerprint.Persistence.Signatures;
using BenchmarkDotNet.Attributes;

namespace ActorFingerprint.Benchmarks.Signatures;

/// <summary>A signature base from its file to an index that answers.</summary>
public class SignatureLoadBenchmarks
{
    private string _path = "";

    /// <summary>Which one.</summary>
    [ParamsAllValues]
    public SignatureBase Base { get; set; }

    [GlobalSetup]
    public void Write() => _path = SignatureFiles.Write(Base);

    [GlobalCleanup]
    public void Delete() => File.Delete(_path);

    /// <summary>The file in the page cache.</summary>
    [Benchmark]
    public SignatureIndex Load() => SignatureDatabase.Load(_path);

    /// <summary>And one value of every sort, so that all is arranged for search.</summary>
    [Benchmark]
    public int LoadAndAsk()
    {
        var index = SignatureDatabase.Load(_path);
        return SignatureQuestions.All.Sum(questions => index.Find(questions.Kind, questions.Values[0]).Count);
    }
}
