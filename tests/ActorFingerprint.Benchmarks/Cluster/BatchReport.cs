using System.Diagnostics;
using System.Globalization;
using ActorFingerprint.Cluster.Messages;
using ActorFingerprint.Engine.Sharding;

namespace ActorFingerprint.Benchmarks.Cluster;

/// <summary>What the batch message costs: bytes, time and memory for each observation. <c>measure-batches</c>.</summary>
internal static class BatchReport
{
    private const int Rounds = 12;

    /// <summary>Measures both loads and writes a table.</summary>
    public static void Write(TextWriter output)
    {
        output.WriteLine("load  observations  batches  bytes/obs  encode us  B alloc  decode us  B alloc");
        Measure("tls", ClusterLoad.Tls(), output);
        Measure("home", ClusterLoad.Home(), output);
    }

    private static void Measure(string name, IReadOnlyList<ShardBatch> batches, TextWriter output)
    {
        var encoder = new BatchEncoder();
        var decoder = new BatchDecoder();
        var observations = batches.Sum(batch => batch.Envelopes.Count);
        var messages = new byte[batches.Count][];
        var encode = Best(observations, () =>
        {
            for (var i = 0; i < batches.Count; i++) messages[i] = encoder.Encode("device", ClusterLoad.Shards, batches[i]);
        });
        var decode = Best(observations, () =>
        {
            foreach (var message in messages)
                if (!decoder.TryDecode(message, out _, out var reason)) throw new InvalidOperationException(reason);
        });
        var bytes = messages.Sum(message => (long)message.Length) / (double)observations;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,-4}  {observations,12}  {batches.Count,7}  {bytes,9:F1}  "
            + $"{encode.Micros,9:F3}  {encode.Bytes,7:F0}  {decode.Micros,9:F3}  {decode.Bytes,7:F0}"));
    }

    /// <summary>The quickest of some rounds, for each observation: the machine may have other work.</summary>
    private static (double Micros, double Bytes) Best(int observations, Action round)
    {
        var (best, bytes) = (TimeSpan.MaxValue, 0L);
        for (var i = 0; i < Rounds; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var started = Stopwatch.GetTimestamp();
            round();
            var took = Stopwatch.GetElapsedTime(started);
            if (took < best) best = took;
            bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        return (best.TotalMicroseconds / observations, bytes / (double)observations);
    }
}
