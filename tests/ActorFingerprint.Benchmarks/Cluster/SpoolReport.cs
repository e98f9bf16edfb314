using System.Diagnostics;
using System.Globalization;
using ActorFingerprint.Cluster.Spool;

namespace ActorFingerprint.Benchmarks.Cluster;

/// <summary>How fast a spool takes records, each acknowledged only once it is on the disk. <c>measure-spool FOLDER</c>.</summary>
internal static class SpoolReport
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(5);

    /// <summary>Measures small and large records, from one and from many at once, and writes a table.</summary>
    public static async Task WriteAsync(string folder, TextWriter output)
    {
        output.WriteLine("record B  at once  records/s  MB/s   flushes/s  p50 ms  p99 ms");
        foreach (var bytes in (int[])[1_000, 60_000])
            foreach (var atOnce in (int[])[1, 64])
                output.WriteLine(await MeasureAsync(Path.Combine(folder, "spool-measurement"), bytes, atOnce));
    }

    private static async Task<string> MeasureAsync(string folder, int bytes, int atOnce)
    {
        var message = new byte[bytes];
        Random.Shared.NextBytes(message);
        var waits = new List<double>[atOnce];
        await using var spool = BatchSpool.Open(new SpoolOptions { Folder = folder }, TimeProvider.System, Console.Error.WriteLine);
        using var end = new CancellationTokenSource();
        var reading = ConfirmAsync(spool, end.Token);
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(shard => Task.Run(() => AppendAsync(shard))));
        var took = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var (appended, flushes) = (spool.Appended, spool.Flushes);
        await end.CancelAsync();
        await reading;
        await spool.DisposeAsync();
        Directory.Delete(folder, recursive: true);
        double[] sorted = [.. waits.SelectMany(list => list).Order()];
        return string.Create(CultureInfo.InvariantCulture,
            $"{bytes,8}  {atOnce,7}  {appended / took,9:F0}  {appended / took * bytes / 1e6,5:F1}  {flushes / took,9:F0}  "
            + $"{sorted[sorted.Length / 2],6:F2}  {sorted[sorted.Length * 99 / 100],6:F2}");

        async Task AppendAsync(int shard)
        {
            var own = waits[shard] = [];
            for (var number = 1L; Stopwatch.GetElapsedTime(started) < Duration; number++)
            {
                var at = Stopwatch.GetTimestamp();
                await spool.AppendAsync(new SpoolRecord("run", shard, number, number, 0, message), CancellationToken.None);
                own.Add(Stopwatch.GetElapsedTime(at).TotalMilliseconds);
            }
        }
    }

    /// <summary>Reads and confirms everything at once, as a broker does that keeps up.</summary>
    private static async Task ConfirmAsync(BatchSpool spool, CancellationToken stop)
    {
        try
        {
            await foreach (var batch in spool.ReadAsync(stop)) spool.Confirm(batch.Position);
        }
        catch (OperationCanceledException)
        {
            // the measurement is over
        }
    }
}
