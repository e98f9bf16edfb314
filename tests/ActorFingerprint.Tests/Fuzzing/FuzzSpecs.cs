using System.Globalization;
using ActorFingerprint.Fuzz;
using Xunit;

namespace ActorFingerprint.Tests.Fuzzing;

/// <summary>The fuzzer for a fixed number of cases (docs/fuzzing.md). The shared corpora come on top of the captures that are made here.</summary>
public sealed class FuzzSpecs
{
    private static string[] Own => [Path.Combine(Repository.Root, "samples"), Path.Combine(Repository.Root, "tests", "data")];

    [Fact]
    public async Task Mutations_of_made_captures_break_no_invariant() => await AssertSoundAsync(Own, cases: 60_000, seed: 1);

    [Fact]
    public async Task Mutations_of_the_shared_corpora_break_no_invariant()
    {
        Assert.SkipWhen(Repository.Shared is null, "the shared corpora are absent");
        await AssertSoundAsync([Path.Combine(Repository.Shared!, "corpus"), .. Own], cases: 300_000, seed: 2);
    }

    [Fact]
    public async Task The_same_seed_makes_the_same_cases()
    {
        var seeds = await SeedCorpus.ReadAsync(Own, TestContext.Current.CancellationToken);
        var (first, second) = (new FuzzRun(seeds, 7), new FuzzRun(seeds, 7));
        for (var number = 0; number < 200; number++)
            Assert.Equal(first.Make(number).Select(Text), second.Make(number).Select(Text));
        Assert.NotEqual(first.Make(1).Select(Text), new FuzzRun(seeds, 8).Make(1).Select(Text));

        static string Text(FuzzFrame frame) => $"{frame.Link} {frame.OffsetTicks} {Convert.ToHexString(frame.Bytes)}";
    }

    private static async Task AssertSoundAsync(string[] folders, long cases, int seed)
    {
        var seeds = await SeedCorpus.ReadAsync(folders, TestContext.Current.CancellationToken);
        var report = new FuzzRun(seeds, seed).Run(cases, TimeSpan.MaxValue, TestContext.Current.CancellationToken);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{report.Cases} cases, {report.Frames} frames, {report.Elapsed.TotalSeconds:F0} s, {report.Observations} observations, {report.Faults} faults, slowest {report.SlowestFrame.TotalMilliseconds:F1} ms and {report.MostAllocated} B a frame"));
        Assert.True(report.Findings.Count == 0, string.Join('\n', report.Findings));
        Assert.Equal(cases, report.Cases);
        Assert.True(report.Observations > cases / 50, "the mutations leave too little that parses");
    }
}
