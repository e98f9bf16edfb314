using ActorFingerprint.Benchmarks.Signatures;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

// What tools/bench-signatures asks for: a generated base, and one measurement of a base in a fresh process.
switch (args)
{
    case ["make-signatures", var path]:
        GeneratedBase.WriteTo(path);
        return;
    case ["measure-signatures", var path]:
        SignatureReport.Write(path, Console.Out);
        return;
}

// In process: generated projects would land under artifacts/ and inherit this repository's build settings.
var job = Job.MediumRun.WithLaunchCount(1).WithToolchain(InProcessEmitToolchain.Instance);
var config = DefaultConfig.Instance.AddJob(job).AddDiagnoser(MemoryDiagnoser.Default).WithArtifactsPath("artifacts/benchmarks");
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, config);
