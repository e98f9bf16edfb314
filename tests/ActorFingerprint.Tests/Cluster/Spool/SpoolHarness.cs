using System.Globalization;
using System.Text;
using ActorFingerprint.Cluster.Spool;
using Xunit;

namespace ActorFingerprint.Tests.Cluster.Spool;

/// <summary>A spool in a folder of one test, with small segments.</summary>
internal sealed class SpoolHarness(string folder)
{
    private readonly List<string> _warnings = [];

    /// <summary>Options of every spool opened here.</summary>
    public SpoolOptions Options { get; init; } = new()
    {
        Folder = folder,
        SegmentBytes = 8 * 1024,
        MaxBytes = 64 * 1024,
        FlushInterval = TimeSpan.FromMilliseconds(1),
        RetryInterval = TimeSpan.FromMilliseconds(20),
    };

    /// <summary>Clock of every spool opened here.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>What was warned of.</summary>
    public IReadOnlyList<string> Warnings
    {
        get
        {
            lock (_warnings) return [.. _warnings];
        }
    }

    /// <summary>Segment files, by position.</summary>
    public string[] Segments => [.. Directory.GetFiles(Options.Folder, "segment-*.spool").Order(StringComparer.Ordinal)];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public BatchSpool Open() => BatchSpool.Open(Options, Time, line =>
    {
        lock (_warnings) _warnings.Add(line);
    });

    /// <summary>A record that tells its shard and number in its message, of so many bytes.</summary>
    public static SpoolRecord Record(long number, int shard = 0, string run = "run", int bytes = 1000)
    {
        var message = new byte[bytes];
        var text = string.Create(CultureInfo.InvariantCulture, $"{run}/{shard}/{number}:");
        for (var i = 0; i < bytes; i++) message[i] = (byte)text[i % text.Length];
        return new SpoolRecord(run, shard, number, number * 10, 0, message);
    }

    /// <summary>Appends records of these numbers, each durable before the next.</summary>
    public static async Task AppendAsync(BatchSpool spool, int from, int to, int bytes = 1000)
    {
        for (var number = from; number <= to; number++) await spool.AppendAsync(Record(number, bytes: bytes), Stop);
    }

    /// <summary>Everything unconfirmed that is there now.</summary>
    public static async Task<List<SpooledBatch>> ReadAllAsync(BatchSpool spool)
    {
        var (found, count) = (new List<SpooledBatch>(), spool.Records);
        if (count == 0) return found;
        await foreach (var batch in spool.ReadAsync(Stop))
        {
            found.Add(batch);
            Assert.True(IsRight(batch), $"batch {batch.Position} does not hold what was appended");
            if (found.Count == count) break;
        }
        return found;
    }

    /// <summary>True when a batch holds what <see cref="Record"/> put into it.</summary>
    public static bool IsRight(in SpooledBatch batch) =>
        batch.Message.Span.SequenceEqual(Record(batch.Number, batch.Shard, batch.Run, batch.Message.Length).Message.Span);

    /// <summary>True when the bytes are in any file of the folder.</summary>
    public static bool IsInAnyFile(string folder, string text) =>
        Directory.GetFiles(folder).Any(path => File.ReadAllBytes(path).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);
}
