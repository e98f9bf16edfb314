using System.Text.Json.Nodes;
using ActorFingerprint.Tools.FrameGenerator.Home;
using Xunit;

namespace ActorFingerprint.Tests.Golden;

/// <summary>
/// The cases below <c>tests/data</c> and the sample: what the product finds against what the generator knows it put there. This
/// suite needs no shared corpora.
/// </summary>
public sealed class GeneratedCaptureSpecs
{
    private const string GoldenEnd = ".golden.json";
    private static readonly string Data = Path.Combine(Repository.Root, "tests", "data");

    public static TheoryData<string> Cases =>
        [.. Directory.GetFiles(Data, "*" + GoldenEnd, SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Data, path)[..^GoldenEnd.Length]).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Case_gives_its_golden_observations_and_no_other(string name)
    {
        var golden =
            JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Data, name + GoldenEnd), TestContext.Current.CancellationToken))!;
        var capture = Path.Combine(Data, Path.GetDirectoryName(name)!, (string)golden["capture"]!);
        var observed = await ObservedCapture.ReadAsync(capture, TestContext.Current.CancellationToken);
        var differences = GoldenCells.Differences(golden["observations"]!.AsArray().Select(row => row!.AsObject()), observed.Observations);
        Assert.True(differences.Count == 0, $"{golden["rule"]}\n{string.Join('\n', differences)}");
    }

    [Fact]
    public async Task Sample_gives_every_message_that_the_generator_put_into_it_and_no_other()
    {
        using var truth = new StringWriter();
        HomeTruth.Write(truth, HomeDay.Make(new HomeOptions()));
        var golden = truth.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonNode.Parse(line)!.AsObject()).Where(row => (string)row["kind"]! == "observation").ToArray();
        var observed =
            await ObservedCapture.ReadAsync(Path.Combine(Repository.Root, "samples", "home.pcapng"), TestContext.Current.CancellationToken);
        var differences = GoldenCells.Differences(golden, observed.Observations);
        Assert.True(differences.Count == 0, $"{differences.Count} differences\n{string.Join('\n', differences.Take(40))}");
        Assert.InRange(golden.Length, 500, 2000);
        Assert.Empty(observed.Faults);
    }
}
