using System.Text;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Engine.Sharding;
using Xunit;

namespace ActorFingerprint.Tests.Sharding;

public sealed class ShardRowCodecSpecs
{
    private static readonly ShardRow Sample = new()
    {
        Watermarks = [new("home.pcapng#1", 12, 4711, 0), new("live:eth0#2", 3, 99, 1)],
        Deltas =
        [
            new()
            {
                PersistenceId = "device-00",
                Packets = 3,
                Bytes = 1200,
                FirstTicks = 638_000_000_000_000_000,
                LastTicks = 638_000_000_010_000_000,
                Fingerprints = [new(FingerprintKind.Ja4, 2, 3, 638_000_000_000_000_000, 638_000_000_010_000_000)],
                Ja3 = [new("cd08e31494f9531f560d64c695473da9", 3)],
                Sni = [new("example.org", 2)],
                OtherSni = 1,
            },
        ],
        Quotas = [new("home.pcapng#1", 638_000_000_000_000_000, 5)],
        Ephemeral = 7,
        RefusedFuture = 1,
    };

    [Fact]
    public void A_row_is_stored_byte_for_byte_as_ever() =>
        EventSample.IsStoredAs("shard.batch-applied.v1.json", ShardRowCodec.Encode(Sample));

    [Fact]
    public void The_stored_sample_reads_back_as_the_row_that_made_it()
    {
        var read = ShardRowCodec.Decode(ShardRow.Manifest, EventSample.Read("shard.batch-applied.v1.json"));
        Assert.Equal(Sample.Watermarks, read.Watermarks);
        Assert.Equal(Sample.Quotas, read.Quotas);
        Assert.Equal((7, 1), (read.Ephemeral, read.RefusedFuture));
        var (expected, delta) = (Sample.Deltas[0], Assert.Single(read.Deltas));
        Assert.Equal(DeviceEventCodec.Encode(expected), DeviceEventCodec.Encode(delta));
    }

    [Fact]
    public void A_delta_inside_a_row_has_the_form_of_a_delta_alone() => Assert.Contains(
        Encoding.UTF8.GetString(
            DeviceEventCodec.Encode(Sample.Deltas[0])), Encoding.UTF8.GetString(ShardRowCodec.Encode(Sample)), StringComparison.Ordinal);

    [Theory]
    [InlineData("shard.batch-applied.v9", "{}")]
    [InlineData(ShardRow.Manifest, "{}")]
    [InlineData(ShardRow.Manifest, "null")]
    [InlineData(ShardRow.Manifest, "[")]
    [InlineData(ShardRow.Manifest, "{\"watermarks\":[],\"deltas\":[{}]}")]
    public void What_is_no_row_is_refused_with_its_manifest(string manifest, string payload)
    {
        var refused = Assert.Throws<StoredEventException>(() => ShardRowCodec.Decode(manifest, Encoding.UTF8.GetBytes(payload)));
        Assert.Contains(manifest, refused.Message, StringComparison.Ordinal);
    }
}
