using System.Globalization;
using ActorFingerprint.Benchmarks.Asks;
using ActorFingerprint.Benchmarks.Cluster;
using ActorFingerprint.Benchmarks.Engine;
using ActorFingerprint.Benchmarks.Limiter;
using ActorFingerprint.Benchmarks.Signatures;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

// What tools/bench-asks, tools/bench-journal, tools/bench-limiter and tools/bench-signatures ask for, and measurements of other kinds.
switch (args)
{
    case ["limiter", .. var words]:
        return await LimiterProgram.RunAsync(words);
    case ["asks", .. var words]:
        return await AskProgram.RunAsync(words);
    case ["postgresql", var rounds, var seconds] when Environment.GetEnvironmentVariable("CONNECTION") is { } connection:
        await PostgresJournalReport.WriteAsync(
            connection, int.Parse(rounds, CultureInfo.InvariantCulture), TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture)), Console.Out);
        return 0;
    case ["make-signatures", var path]:
        GeneratedBase.WriteTo(path);
        return 0;
    case ["measure-signatures", var path]:
        SignatureReport.Write(path, Console.Out);
        return 0;
    case ["measure-batches"]:
        BatchReport.Write(Console.Out);
        return 0;
    case ["measure-spool", var folder]:
        await SpoolReport.WriteAsync(folder, Console.Out);
        return 0;
}

// In process: generated projects would land under artifacts/ and inherit this repository's build settings.
var job = Job.MediumRun.WithLaunchCount(1).WithToolchain(InProcessEmitToolchain.Instance);
var config = DefaultConfig.Instance.AddJob(job).AddDiagnoser(MemoryDiagnoser.Default).WithArtifactsPath("artifacts/benchmarks");
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, config);
return 0;
