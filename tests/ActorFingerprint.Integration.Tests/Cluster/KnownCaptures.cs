using System.Diagnostics;
using ActorFingerprint.Integration.Tests.Servers;
using ActorFingerprint.Tools.FrameGenerator;
using ActorFingerprint.Tools.FrameGenerator.Home;
using ActorFingerprint.Tools.FrameGenerator.Writers;

namespace ActorFingerprint.Integration.Tests.Cluster;

/// <summary>
/// Two captures, <c>a.pcap</c> and <c>b.pcap</c>, of homes with different devices and a few common ones, and what one node alone makes of them.
/// </summary>
internal sealed class KnownCaptures
{
    private const string A = "a.pcap", B = "b.pcap";
    private readonly string _folder;
    private readonly HashSet<string> _shared;

    private KnownCaptures(string folder, JournalContent expected, HashSet<string> shared) => (_folder, Expected, _shared) = (folder, expected, shared);

    /// <summary>The captures.</summary>
    public string PathA => Path.Combine(_folder, A);

    /// <summary>The captures.</summary>
    public string PathB => Path.Combine(_folder, B);

    /// <summary>The pseudonym key with which they were scanned.</summary>
    public string Key => Path.Combine(_folder, "alone-a", "pseudonym.key");

    /// <summary>What a node alone makes of them.</summary>
    public JournalContent Expected { get; }

    /// <summary>Devices that both captures show.</summary>
    public int Shared => _shared.Count;

    /// <summary>The name by which a run goes in comparisons: that of its capture.</summary>
    public static string RunOf(string run) => run.Contains("sensor-a/", StringComparison.Ordinal) || run.Contains(A, StringComparison.Ordinal) ? "A" : "B";

    /// <summary>Makes them and has one node alone scan each.</summary>
    public static async Task<KnownCaptures> MakeAsync(string folder, int devices, int scale, CancellationToken stop)
    {
        Directory.CreateDirectory(folder);
        var common = HomeDay.Make(new HomeOptions(Seed: 99, Devices: 4)).Frames;
        Write(Path.Combine(folder, A), [.. HomeDay.Make(new HomeOptions(Seed: 7, Devices: devices, Scale: scale)).Frames, .. common]);
        Write(Path.Combine(folder, B), [.. HomeDay.Make(new HomeOptions(Seed: 8, Devices: devices, Scale: scale)).Frames, .. common]);
        var a = await ScanAsync(folder, A, "alone-a", null, stop);
        var b = await ScanAsync(folder, B, "alone-b", Path.Combine(folder, "alone-a", "pseudonym.key"), stop);
        var shared = a.Devices.Intersect(b.Devices).ToHashSet(StringComparer.Ordinal);
        a.Add(b);
        return new KnownCaptures(folder, a, shared);
    }

    /// <summary>The differences of a journal from what it should hold, at most a few; none when it is as from one node.</summary>
    public IReadOnlyList<string> DifferencesOf(JournalContent found)
    {
        var differences = new List<string>();
        foreach (var device in Expected.Devices.Union(found.Devices).Order(StringComparer.Ordinal))
        {
            var isShared = _shared.Contains(device);
            Compare($"{device} events", isShared ? Expected.NewsOf(device) : Expected.EventsOf(device), isShared ? found.NewsOf(device) : found.EventsOf(device));
            Compare($"{device} counters", [Expected.CountersOf(device, isShared)], [found.CountersOf(device, isShared)]);
        }
        if (found.Others != Expected.Others) differences.Add($"ephemeral and refused: expected {Expected.Others}, found {found.Others}");
        return differences;

        void Compare(string what, IReadOnlyList<string> expected, IReadOnlyList<string> present)
        {
            if (expected.SequenceEqual(present)) return;
            var at = expected.Zip(present).TakeWhile(pair => pair.First == pair.Second).Count();
            differences.Add($"{what}: {expected.Count} expected, {present.Count} found, first difference at {at}:\n    expected {At(expected, at)}\n    found    {At(present, at)}");
        }

        static string At(IReadOnlyList<string> list, int at) => at < list.Count ? list[at] : "nothing";
    }

    private static void Write(string path, IEnumerable<Frame> frames)
    {
        using var file = File.Create(path);
        CaptureWriter.Write(file, CaptureFormat.Pcap, CaptureWriter.Ethernet, [.. frames.OrderBy(frame => frame.AtMicros)]);
    }

    private static async Task<JournalContent> ScanAsync(string folder, string capture, string store, string? key, CancellationToken stop)
    {
        var place = Directory.CreateDirectory(Path.Combine(folder, store)).FullName;
        if (key is not null) File.Copy(key, Path.Combine(place, "pseudonym.key"));
        using var scan = ServerProcess.Start(TestNode.Program,
            ["scan", Path.Combine(folder, capture), "--store", place, "--format", "json", "--set", $"sharding.shards={TestCluster.Shards}"]);
        for (var watch = Stopwatch.StartNew(); !scan.HasExited; await Task.Delay(50, stop))
            if (watch.Elapsed > TimeSpan.FromMinutes(3)) throw new TimeoutException($"the scan of {capture} takes too long:\n{scan.Output}");
        return await JournalContent.ReadAsync(place, RunOf, stop);
    }
}
