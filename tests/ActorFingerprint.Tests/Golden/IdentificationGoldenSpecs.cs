using System.Collections;
using ActorFingerprint.Core.Identification;
using ActorFingerprint.Engine.Projections;
using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Node.Hosting;
using Xunit;

namespace ActorFingerprint.Tests.Golden;

/// <summary>What the labelled devices of the shared corpora are taken for, by the bundled database alone.</summary>
public sealed class IdentificationGoldenSpecs
{
    /// <summary>Types that count as right for a label; a hub's label may also be that of what is behind it, under the same address.</summary>
    private static readonly Dictionary<string, DeviceType[]> Right = new(StringComparer.Ordinal)
    {
        ["scale"] = [DeviceType.Appliance],
        ["camera"] = [DeviceType.Camera],
        ["sensor"] = [DeviceType.Sensor],
        ["hub"] = [DeviceType.Hub],
        ["smart-plug"] = [DeviceType.Plug],
        ["light-switch"] = [DeviceType.Light, DeviceType.Plug],
        ["appliance"] = [DeviceType.Appliance],
    };

    [Fact]
    public async Task Labelled_devices_are_taken_for_what_they_are()
    {
        Assert.SkipWhen(Repository.Shared is null, "the shared corpora are absent");
        var folder = Path.Combine(Repository.Shared, "corpus/lan/iot-sentinel");
        var labels = File.ReadLines(Path.Combine(folder, "devices.tsv")).Skip(1).Select(line => line.Split('\t'))
            .ToLookup(cells => cells[1].ToUpperInvariant(), cells => (Type: cells[4], Vendor: cells[2]));
        var files = Directory.GetFiles(folder, "*.pcap", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray();
        var options = ConfigurationLoader.Load(null, [.. ActorFingerprint.Node.Cli.Protocols.SettingsOf(null)], new Hashtable()).Options;
        var request = new ScanRequest(files, options, KeepsStore: false, Follow: false, Observed: null);
        var result = await Scanner.ScanAsync(request, TimeProvider.System, new Progress<ScanProgress>(), TestContext.Current.CancellationToken);
        var rows = result.Devices.Where(row => row.Mac is not null && labels.Contains(row.Mac)).ToList();
        Assert.Equal(labels.Count, rows.Count);

        var answers = rows.Select(row => (Row: row, Labels: labels[row.Mac!].ToList(), IsRight: IsRight(row, labels[row.Mac!].Select(label => label.Type)))).ToList();
        foreach (var (row, expected, isRight) in answers)
            TestContext.Current.TestOutputHelper?.WriteLine(
                $"{(isRight ? "right" : row.Identity is null or { Type: "unknown" } ? "open " : "WRONG")} {row.Mac} {string.Join('/', expected.Select(label => $"{label.Vendor} {label.Type}"))}: "
                + $"{row.Identity?.Type ?? "unknown"} {row.Identity?.Confidence:0.00} {row.Identity?.Vendor ?? row.Vendor} {row.Identity?.Model}");
        var right = answers.Where(answer => answer.IsRight).ToList();
        Assert.InRange(right.Count / (double)rows.Count, .85, 1);
        Assert.InRange(right.Average(answer => answer.Row.Identity!.Confidence), .75, 1);
        Assert.InRange(answers.Count(answer => !answer.IsRight && answer.Row.Identity is { Confidence: >= .7 } and not { Type: "unknown" }), 0, 1);
    }

    private static bool IsRight(DeviceRow row, IEnumerable<string> labels) =>
        row.Identity is { } identity && DeviceTypes.TryParse(identity.Type, out var type) && labels.Any(label => Right[label].Contains(type));
}
