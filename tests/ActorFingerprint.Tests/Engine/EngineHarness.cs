using System.Globalization;
using System.Text;
using ActorFingerprint.Engine;
using ActorFingerprint.Engine.Capture;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Streams;
using ActorFingerprint.Protocols;

namespace ActorFingerprint.Tests.Engine;

/// <summary>A whole device side of a node in memory: what a test puts together again and again.</summary>
internal static class EngineHarness
{
    /// <summary>A pseudonym key that never changes, so that journals can be compared.</summary>
    public static DevicePseudonyms Pseudonyms { get; } = new(new byte[DevicePseudonyms.KeyLength]);

    /// <summary>The sample capture that ships with the project.</summary>
    public static IReadOnlyList<MemoryFrame> Sample { get; } = Load(Path.Combine(Repository.Root, "samples", "home.pcapng"));

    /// <summary>Small intervals, so that a small capture meets every checkpoint, snapshot and eviction.</summary>
    public static EngineOptions Options { get; } = new()
    {
        Shards = 8,
        BatchSize = 16,
        CheckpointFrames = 256,
        ShardSnapshotEvery = 8,
        SnapshotEvery = 5,
        MaxActiveDevices = 16,
    };

    /// <summary>A run of the sample.</summary>
    public static RunRequest Request => new("home", new ProtocolOptions(), new StreamCounters());

    public static DeviceEngine Engine(
        IJournal journal, EngineScheduler scheduler, TimeProvider time, int lanes = 2, EngineOptions? options = null) =>
        new(journal, (ISnapshotStore)journal, Pseudonyms, options ?? Options, new StreamOptions { Lanes = lanes }, scheduler, time, "test");

    /// <summary>Starts the run until storage lets it: only the reading of the run log comes before anything is promised.</summary>
    public static async Task<RunResult> RunUntilReadyAsync(DeviceEngine engine, ICaptureSource source)
    {
        while (true)
        {
            try
            {
                return await engine.RunAsync(source, Request, CancellationToken.None);
            }
            catch (JournalUnavailableException)
            {
                // the run log could not be read; nothing has begun
            }
        }
    }

    /// <summary>The journal without what may differ between equal runs: ordering, creation time, writer.</summary>
    public static async Task<string> DumpAsync(IJournal journal)
    {
        var lines = new List<string>();
        var after = 0L;
        while (await journal.ReadAsync(after, 1000, CancellationToken.None) is { Count: > 0 } page)
        {
            after = page[^1].Ordering;
            lines.AddRange(page.Select(e => string.Create(
                CultureInfo.InvariantCulture, $"{e.PersistenceId} {e.SequenceNumber:D8} {e.Manifest} {Encoding.UTF8.GetString(e.Payload.Span)}")));
        }
        lines.Sort(StringComparer.Ordinal);
        return string.Join('\n', lines);
    }

    /// <summary>The journal's device events alone.</summary>
    public static async Task<string> DumpDevicesAsync(IJournal journal) =>
        string.Join('\n', (await DumpAsync(journal)).Split('\n').Where(line => line.StartsWith(DevicePseudonyms.Prefix, StringComparison.Ordinal)));

    private static List<MemoryFrame> Load(string path) =>
        [.. TestCaptures.Read(path).Select(f => new MemoryFrame(f.AtTicks, f.Bytes, f.LinkType))];
}
