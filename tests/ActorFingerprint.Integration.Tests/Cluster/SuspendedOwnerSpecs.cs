using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using ActorFingerprint.Cluster.Asks;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Engine.Sharding;
using ActorFingerprint.Integration.Tests.Servers;
using ActorFingerprint.Tests.Persistence;
using Xunit;

namespace ActorFingerprint.Integration.Tests.Cluster;

/// <summary>An owner that was held still longer than the broker waits, and goes on when another one owns its shards.</summary>
public sealed partial class SuspendedOwnerSpecs(SharedPostgres postgres, SharedRabbit rabbit) : IDisposable
{
    private const int MostAttempts = 25;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task An_owner_held_still_writes_nothing_when_another_took_over_answers_moved_and_nothing_is_doubled()
    {
        var stop = TestContext.Current.CancellationToken;
        var captures = await KnownCaptures.MakeAsync(_folder.At("captures"), devices: 60, scale: 6, stop);
        await using var cluster = await TestCluster.NewAsync(
            await postgres.ServerAsync(), await rabbit.ServerAsync(), _folder.At("cluster"), captures.Key, "cluster.broker.heartbeat = 1s");
        PacedFile[] files = [new(captures.PathA, _folder.At("feed-a")), new(captures.PathB, _folder.At("feed-b"))];
        TestNode[] engines = [.. Enumerable.Range(1, 3).Select(n => cluster.Add($"node-{n}", "engine, api"))];
        TestNode[] sensors = [.. files.Select((file, n) => cluster.Add(n == 0 ? "sensor-a" : "sensor-b", "sensor", file.Folder, "--set", "capture.follow=true"))];
        await Task.WhenAll(engines.Select(engine => engine.StartAsync(stop)));
        await Task.WhenAll(sensors.Select(sensor => sensor.StartAsync(stop)));
        await TestCluster.OwnedAsync(engines[1], "device", stop);
        var takeovers = new Takeovers(cluster);
        var (attempts, lost, refused) = (0, 0, 0);
        while (refused == 0 && attempts++ < MostAttempts) // until it is stopped between a decision and its commit
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
            Task[] feeding = [.. files.Select(file => file.GrowAsync(TimeSpan.FromSeconds(10), over.Token))];
            await Task.Delay(1_000, stop);
            var (shards, owner) = (new Dictionary<int, long>(), engines[0]);
            foreach (var engine in engines)
            {
                var its = await Takeovers.ShardsOfAsync(engine.Address, engine, stop);
                if (its.Count > shards.Count) (shards, owner) = (its, engine);
            }
            var (witness, said) = (engines.First(engine => engine != owner), owner.Log.Length);
            var at = DateTime.UtcNow;
            owner.Suspend();
            await over.CancelAsync();
            Assert.Equal(0, await takeovers.WatchAsync(shards, at, () => witness, TimeSpan.FromSeconds(60), stop));
            var asks = shards.Select(shard => AskAsync(cluster, owner, shard.Key, shard.Value, stop)).ToArray(); // the first that it finds when it goes on
            await Task.Delay(200, stop);
            owner.Resume();
            Assert.All(await Task.WhenAll(asks), status => Assert.Equal(HttpStatusCode.Gone, status));
            await UntilAsync(() => Lost().Matches(owner.Log[said..]).Select(match => match.Groups[1].Value).Distinct().Count() >= shards.Count, owner, stop);
            (lost, refused) = (lost + shards.Count, Fenced().Count(owner.Log[said..]));
            await Task.WhenAll(feeding);
            await UntilAsync(async () => (await Takeovers.ShardsOfAsync(owner.Address, owner, stop)).Count == 0, owner, stop);
        }
        await Task.WhenAll(files.Select(file => file.GrowAsync(TimeSpan.FromSeconds(2), stop)));
        await UntilAsync(async () =>
            (await JournalContent.ReadAsync(cluster.Store, KnownCaptures.RunOf, stop)).Packets >= captures.Expected.Packets, engines[0], stop);
        var differences = captures.DifferencesOf(await JournalContent.ReadAsync(cluster.Store, KnownCaptures.RunOf, stop));
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{lost} shards of held owners in {attempts} attempts; claimed by others: {Takeovers.Distribution(takeovers.Claimed)}; {refused} stopped by the fence, the others by their lease or the broker"));
        Assert.True(differences.Count == 0, string.Join('\n', differences.Take(5)));
        Assert.True(refused > 0, "no owner had anything to write when it went on");
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Asks a node for a device of a shard, as another node does that still takes it for the owner.</summary>
    private static async Task<HttpStatusCode> AskAsync(TestCluster cluster, TestNode node, int shard, long epoch, CancellationToken stop)
    {
        var device = Enumerable.Range(0, 10_000).Select(n => DeviceKey.TryParse(string.Create(CultureInfo.InvariantCulture, $"02:00:00:00:{n >> 8:x2}:{n & 255:x2}"), out var key) ? key : default)
            .First(key => ShardId.Of(key, TestCluster.Shards) == shard);
        var (kind, body) = DeviceAskCodec.Encode(new DeviceAsk.Get(device));
        var path = AskWire.PathOf("device", shard, kind);
        var signature = new AskSignature(Encoding.UTF8.GetBytes(File.ReadLines(cluster.AsksSecretFile).First()), TimeProvider.System);
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        using var request = new HttpRequestMessage(HttpMethod.Post, string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{node.AsksPort}{path}"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        request.Headers.Add(AskWire.Epoch, epoch.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add(AskWire.Deadline, "20000");
        request.Headers.TryAddWithoutValidation("Authorization", signature.Sign(path, epoch, body));
        using var answer = await client.SendAsync(request, stop);
        return answer.StatusCode;
    }

    private static Task UntilAsync(Func<bool> holds, TestNode node, CancellationToken stop) => UntilAsync(() => Task.FromResult(holds()), node, stop);

    private static async Task UntilAsync(Func<Task<bool>> holds, TestNode node, CancellationToken stop)
    {
        var end = DateTime.UtcNow.AddSeconds(90);
        while (!await holds())
        {
            Assert.True(DateTime.UtcNow < end, $"not in time:\n{node.Log}");
            await Task.Delay(200, stop);
        }
    }

    [GeneratedRegex(@"shard device/(\d+) is no longer this node's")]
    private static partial Regex Lost();

    [GeneratedRegex(@"shard device/\d+ is no longer this node's: .*is not the owner's")]
    private static partial Regex Fenced();
}
