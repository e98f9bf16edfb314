using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Persistence.Maintenance;
using Xunit;

namespace ActorFingerprint.Tests.Persistence;

public sealed class StoreVerificationSpecs : StoreSpec
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Script.Seen(1, T0).Ja4(1, T0, 1, "t13d").Count(1, 3, T0, T0 + 5).CommitAsync(Stop);
        await Script.Count(1, 4, T0 + 6, T0 + 9).CommitAsync(Stop);
        await Store.Journal.WriteAsync([new(null, [new("tagged", 1, "test.happened.v1", "{}"u8.ToArray(), "a-tag")], [])], Stop);
        await CatchUpAsync();
    }

    [Fact]
    public async Task A_sound_store_has_no_findings()
    {
        await SnapshotAsync(packets: 3, shardSequence: 1);
        Assert.Empty(await Store.VerifyAsync(Stop));
    }

    [Theory]
    [InlineData("UPDATE journal SET message = CAST('{}' AS BLOB) WHERE ordering = 1", "checksum")]
    [InlineData("UPDATE journal SET sequence_number = 7 WHERE ordering = 2", "sequence")]
    [InlineData("DELETE FROM journal WHERE ordering = 2", "sequence")]
    [InlineData("DELETE FROM tags", "tags")]
    [InlineData("UPDATE tags SET sequence_nr = 5", "tags")]
    [InlineData("DELETE FROM journal WHERE persistence_id LIKE 'device-%'", "counts")]
    [InlineData("DELETE FROM journal WHERE ordering > 2", "projection")]
    public async Task Damage_is_found(string sql, string rule)
    {
        if (sql.Contains("ordering = 2", StringComparison.Ordinal) && sql.StartsWith("DELETE", StringComparison.Ordinal))
        {
            const string First = "SELECT persistence_id FROM journal WHERE ordering = 1";
            await Place.SqlAsync($"UPDATE journal SET persistence_id = ({First}), sequence_number = 3 WHERE ordering = 3");
        }
        await Place.SqlAsync(sql);
        Assert.Contains(rule, (await Store.VerifyAsync(Stop)).Select(finding => finding.Rule));
    }

    [Fact]
    public async Task A_payload_of_an_unknown_version_is_found()
    {
        await Store.Journal.WriteAsync([new(null, [new("device-x", 1, "device.first-seen.v9", "{}"u8.ToArray())], [])], Stop);
        var finding = Assert.Single(await Store.VerifyAsync(Stop));
        Assert.Equal(("payload", "device-x 1"), (finding.Rule, finding.Where));
    }

    [Theory]
    [InlineData(4, 1)]
    [InlineData(3, 2)]
    public async Task A_snapshot_that_differs_from_its_fold_is_found(long packets, long shardSequence)
    {
        await SnapshotAsync(packets, shardSequence);
        Assert.Equal("snapshot", Assert.Single(await Store.VerifyAsync(Stop)).Rule);
    }

    [Fact]
    public async Task Stats_count_what_is_there()
    {
        var stats = await Store.StatisticsAsync(Stop);
        Assert.Equal((5, 5, 3, 1, 1, 0, 4), (
            stats.Events, stats.HighestOrdering, stats.PersistenceIds, stats.Devices, stats.ShardsUsed, stats.Runs, stats.Shards));
        Assert.Equal(5, stats.ProjectionOffset);
        Assert.Equal(2, stats.Manifests.Single(manifest => manifest.Manifest == "shard.batch-applied.v1").Events);
        Assert.NotEmpty(stats.Files);
        Assert.True(stats.JournalBytes > 0);
        Assert.True(stats.ProjectionBytes > 0);
    }

    [Fact]
    public async Task A_device_can_be_asked_as_of_a_time()
    {
        var early = await JournalReplay.DevicesAsOfAsync(Store.Journal, T0 + 5, null, Stop);
        Assert.Equal(1, early.Single(device => device.State.FirstSeen!.Device == JournalScript.Key(1)).State.History(FingerprintKind.Ja4).Distinct);
        Assert.Empty(await JournalReplay.DevicesAsOfAsync(Store.Journal, T0 - 1, null, Stop));
    }

    private Task SnapshotAsync(long packets, long shardSequence)
    {
        var state = Device.Evolve(
            DeviceState.Initial, new DeviceEvent.FirstSeen(T0, JournalScript.Key(1), new(JournalScript.Run, 1, 0), false, null));
        var counters = DeviceCounters.Empty.Apply(new()
        {
            PersistenceId = Script.Id(1),
            Packets = packets,
            Bytes = packets * 100,
            FirstTicks = T0,
            LastTicks = T0 + 5,
            Hours = [new(HourCount.HourOf(T0), packets)],
            Sni = [new("host-1.example.org", packets)],
        });
        var (manifest, payload) = DeviceEventCodec.Encode(new DeviceSnapshot(state, counters, shardSequence));
        return Store.Journal.WriteAsync([new(null, [], [new(Script.Id(1), 1, manifest, payload)])], Stop);
    }
}
