using System.Diagnostics;
using System.Globalization;
using ActorFingerprint.Cluster.Spool;
using ActorFingerprint.Tests.Node;
using Xunit;
using static ActorFingerprint.Tests.Cluster.Spool.SpoolHarness;

namespace ActorFingerprint.Tests.Cluster.Spool;

/// <summary>SIGKILL at any moment: everything acknowledged is there after it, under its number.</summary>
public sealed class SpoolKillSpecs : IDisposable
{
    private const string Variable = "ACTORFP_TEST_SPOOL";
    private const string AcknowledgedName = "acknowledged";
    private const string ConfirmedName = "confirmed-by-reader";
    private const int Shards = 4;
    private const int Kills = 10;

    private readonly TemporaryFolder _folder = new();
    private readonly Random _random = new(42);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Killed_while_it_appends_and_confirms_a_spool_has_lost_nothing_and_numbers_go_on()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "ActorFingerprint.Tests");
        Assert.SkipUnless(File.Exists(program), $"{program} is not there to be started");
        var total = 0;
        for (var round = 1; round <= Kills; round++)
        {
            var start = new ProcessStartInfo(program, ["-noColor", "-method",
                $"{typeof(SpoolKillSpecs).FullName}.{nameof(Append_and_confirm_until_killed)}", "-explicit", "only"])
            {
                RedirectStandardOutput = true,
            };
            start.Environment[Variable] = _folder.Path;
            var before = Acknowledged().Count;
            using var child = Process.Start(start)!;
            try
            {
                while (Acknowledged().Count < before + 50 && !child.HasExited) await Task.Delay(5, Stop);
                await Task.Delay(_random.Next(200), Stop);
                if (child.HasExited) Assert.Fail(await child.StandardOutput.ReadToEndAsync(Stop));
            }
            finally
            {
                child.Kill();
                await child.WaitForExitAsync(CancellationToken.None);
            }
            total = await CheckAsync(round);
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{Kills} kills, {total} batches acknowledged");
    }

    /// <summary>What the killed process does.</summary>
    [Fact(Explicit = true)]
    public async Task Append_and_confirm_until_killed()
    {
        var folder = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipWhen(folder is null, $"started by hand; {Variable} names no folder");
        await using var spool = BatchSpool.Open(OptionsIn(folder), TimeProvider.System, line => throw new InvalidOperationException(line));
        using var acknowledged = Log(folder, AcknowledgedName);
        using var confirmed = Log(folder, ConfirmedName);
        var marks = spool.WatermarksOf("run", Shards);
        await Task.WhenAll([ConfirmAsync(), .. Enumerable.Range(0, Shards).Select(AppendAsync)]);

        async Task AppendAsync(int shard)
        {
            for (var number = marks[shard].Batch + 1; ; number++)
            {
                await spool.AppendAsync(Record(number, shard, bytes: 300 + (int)(number % 7) * 400), Stop);
                Write(acknowledged, shard, number);
            }
        }

        async Task ConfirmAsync()
        {
            await foreach (var batch in spool.ReadAsync(Stop))
            {
                if (!IsRight(batch)) throw new InvalidOperationException($"batch {batch.Position} is wrong");
                if (batch.Position % 5 == 0) await Task.Yield();
                Write(confirmed, batch.Shard, batch.Number);
                spool.Confirm(batch.Position);
            }
        }
    }

    /// <summary>
    /// After a kill: the spool and what left it hold, for each shard, every number from 1 to the mark, and none acknowledged is beyond.
    /// </summary>
    private async Task<int> CheckAsync(int round)
    {
        var warnings = new List<string>();
        await using var spool = BatchSpool.Open(OptionsIn(_folder.Path), TimeProvider.System, warnings.Add);
        var known = Read(ConfirmedName);
        foreach (var batch in await ReadAllAsync(spool)) known.Add((batch.Shard, batch.Number));
        var marks = spool.WatermarksOf("run", Shards);
        for (var shard = 0; shard < Shards; shard++)
            for (var number = 1L; number <= marks[shard].Batch; number++)
                Assert.True(known.Contains((shard, number)),
                    $"round {round}: batch {number} of shard {shard} of {marks[shard].Batch} is gone; {string.Join(", ", warnings)}");
        var acknowledged = Acknowledged();
        foreach (var (shard, number) in acknowledged) Assert.True(number <= marks[shard].Batch,
            $"round {round}: {number} of shard {shard} was acknowledged, {marks[shard].Batch} is remembered");
        Assert.Equal(0, spool.LostBatches);
        return acknowledged.Count;
    }

    private HashSet<(int Shard, long Number)> Acknowledged() => Read(AcknowledgedName);

    /// <summary>The whole lines of a log: the last may have been cut by the kill.</summary>
    private HashSet<(int Shard, long Number)> Read(string name)
    {
        if (!File.Exists(_folder.File(name))) return [];
        using var file = new StreamReader(new FileStream(_folder.File(name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var text = file.ReadToEnd();
        return
        [
            .. text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Split(' '))
                .Select(words => (int.Parse(words[0], CultureInfo.InvariantCulture), long.Parse(words[1], CultureInfo.InvariantCulture))),
        ];
    }

    private static SpoolOptions OptionsIn(string folder) => new()
    {
        Folder = Path.Combine(folder, "spool"),
        SegmentBytes = 64 * 1024,
        MaxBytes = 1024 * 1024,
        FlushInterval = TimeSpan.FromMilliseconds(1),
    };

    private static FileStream Log(string folder, string name) =>
        new(Path.Combine(folder, name), FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);

    /// <summary>One write call for each line: what the process wrote is in the file though it is killed.</summary>
    private static void Write(FileStream log, int shard, long number)
    {
        lock (log) log.Write(System.Text.Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{shard} {number}\n")));
    }
}
