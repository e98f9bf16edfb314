using ActorFingerprint.Cluster.Messages;
using ActorFingerprint.Cluster.Spool;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Engine.Sharding;
using ActorFingerprint.Tests.Cluster.Messages;
using ActorFingerprint.Tests.Core;
using ActorFingerprint.Tests.Node;
using Xunit;

namespace ActorFingerprint.Tests.Cluster.Spool;

/// <summary>Erasure of a device from what waits to be sent.</summary>
public sealed class SpoolForgetSpecs : IDisposable
{
    private static readonly MacAddress Gone = new(0x02AABB_0000F1);
    private static readonly MacAddress Stays = new(0x02AABB_0000F2);

    private readonly TemporaryFolder _folder = new();
    private readonly SpoolHarness _harness;

    public SpoolForgetSpecs()
    {
        var options = new SpoolHarness(_folder.File("spool")).Options with { SegmentBytes = SpoolOptions.MinSegmentBytes };
        _harness = new SpoolHarness(options.Folder) { Options = options };
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_forgotten_device_is_in_no_batch_and_in_no_file_and_the_others_are_as_they_were()
    {
        List<ShardBatch> batches = [];
        for (var number = 1; number <= 30; number++)
            batches.Add(new ShardBatch("run", number, 0, (number % 3) switch
            {
                0 => [Of(Gone, number)],
                1 => [Of(Stays, number)],
                _ => [Of(Gone, number), Of(Stays, number)],
            }));
        await using (var spool = _harness.Open())
        {
            foreach (var batch in batches) await spool.AppendAsync(SpoolRecord.Of(batch, BatchSamples.Encode(batch)), Stop);
            foreach (var batch in (await ReadAsync(spool)).Take(3)) spool.Confirm(batch.Position);
            Assert.True(_harness.Segments.Length > 1, "one segment");
            Assert.True(SpoolHarness.IsInAnyFile(_harness.Options.Folder, NameOf(Gone)));

            await spool.ForgetAsync(DeviceKey.OfMac(Gone));
            Check(await ReadAsync(spool));
            await spool.AppendAsync(SpoolRecord.Of(batches[0],
                BatchSamples.Encode(batches[0] with { Number = 31 })) with
            { Number = 31 }, Stop);
        }
        Assert.False(SpoolHarness.IsInAnyFile(_harness.Options.Folder, NameOf(Gone)));
        Assert.True(SpoolHarness.IsInAnyFile(_harness.Options.Folder, NameOf(Stays)));
        await using var again = _harness.Open();
        Check((await ReadAsync(again)).SkipLast(1));
        Assert.Equal(31, again.WatermarksOf("run", 1)[0].Batch);
        Assert.Empty(_harness.Warnings);

        void Check(IEnumerable<SpooledBatch> left)
        {
            var numbers = new List<long>();
            foreach (var spooled in left)
            {
                Assert.True(new BatchDecoder().TryDecode(spooled.Message.Span, out var read, out var reason), reason);
                var expected = batches[(int)spooled.Number - 1];
                expected = expected with { Envelopes = [.. expected.Envelopes.Where(envelope => envelope.EntityId.Mac != Gone)] };
                Assert.Equal(Structure.Of(expected), Structure.Of(read.Batch));
                numbers.Add(spooled.Number);
            }
            Assert.Equal(Enumerable.Range(4, 27).Select(number => (long)number), numbers);
        }
    }

    [Fact]
    public async Task A_router_that_is_forgotten_is_no_longer_named_by_what_was_seen_through_it()
    {
        var behind = Observe.Signal([], mac: Stays);
        var relayed = new RelayedObservation(new Origin { Device = behind.Device, Frame = 1, AtTicks = 1 }, "tls", "client_hello");
        relayed.AttributeTo(DeviceKey.OfIp("home", 0, behind.Source), Gone);
        var batch = new ShardBatch("run", 1, 0, [new ShardEnvelope(relayed, null, 1, 0)]);
        await using var spool = _harness.Open();
        await spool.AppendAsync(SpoolRecord.Of(batch, BatchSamples.Encode(batch)), Stop);
        await spool.ForgetAsync(DeviceKey.OfMac(Gone));
        Assert.True(new BatchDecoder().TryDecode(Assert.Single(await ReadAsync(spool)).Message.Span, out var read, out _));
        Assert.Equal(MacAddress.None, Assert.Single(read.Batch.Envelopes).Observation!.Via);
    }

    [Fact]
    public async Task Batches_appended_while_a_device_is_forgotten_are_all_there()
    {
        await using var spool = _harness.Open();
        var appending = Task.Run(async () =>
        {
            for (var number = 1; number <= 40; number++)
            {
                var batch = new ShardBatch("run", number, 0, [Of(number % 2 == 0 ? Gone : Stays, number)]);
                await spool.AppendAsync(SpoolRecord.Of(batch, BatchSamples.Encode(batch)), Stop);
            }
        }, Stop);
        for (var i = 0; i < 5; i++) await spool.ForgetAsync(DeviceKey.OfMac(Gone));
        await appending;
        await spool.ForgetAsync(DeviceKey.OfMac(Gone));
        var left = await ReadAsync(spool);
        Assert.Equal(Enumerable.Range(1, 40).Select(number => (long)number), left.Select(batch => batch.Number));
        Assert.All(left, batch =>
            Assert.True(BatchHeader.TryRead(batch.Message.Span, out var header, out _) && header.Envelopes == batch.Number % 2));
    }

    private static ShardEnvelope Of(MacAddress mac, int frame) =>
        new(Observe.Hello("ja4", mac: mac, sni: NameOf(mac), frame: frame), null, frame, 0);

    private static string NameOf(MacAddress mac) => $"of-{mac.Value:x}.example.org";

    private static async Task<List<SpooledBatch>> ReadAsync(BatchSpool spool)
    {
        var (found, count) = (new List<SpooledBatch>(), spool.Records);
        await foreach (var batch in spool.ReadAsync(Stop))
        {
            found.Add(batch);
            if (found.Count == count) break;
        }
        return found;
    }
}
