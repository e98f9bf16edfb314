using ActorFingerprint.Engine;
using ActorFingerprint.Engine.Limiting;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Entities;
using ActorFingerprint.Limits.Keys;
using ActorFingerprint.Limits.Throttle;
using ActorFingerprint.Persistence.Maintenance;
using ActorFingerprint.Tests.Engine.Limiting;
using Xunit;

namespace ActorFingerprint.Tests.Persistence;

/// <summary>The limiter's rows under <c>journal verify</c>, export and import.</summary>
public sealed class LimiterVerificationSpecs : StoreSpec
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        var secrets = LimiterSecrets.Create("test-key", "test-fp");
        await using var region = new LimiterRegion(
            Store.Journal, Store.Snapshots, secrets, new() { Shards = 3, SnapshotEvery = 2 }, EngineScheduler.Default, TimeProvider.System);
        var harness = new RegionHarness();
        for (var i = 0; i < 60; i++)
        {
            var (account, device) = ($"a-{i % 5}", $"d-{i % 7}");
            var ip = i % 2 == 0 ? $"198.51.100.{i % 3}" : $"2001:db8:{i % 4:x}:{i % 3:x}::1";
            await region.DecideAsync(harness.Request(LimitCommand.Failure, account, i % 6 == 0 ? null : device, ip, verified: i % 4 == 0));
            await region.DecideAsync(harness.Request(LimitCommand.Check, account, device, ip, "otp"));
            await region.DecideAsync(harness.Request(LimitCommand.Access, null, device, ip, "api_heavy", cost: 1 + i * 400));
            await region.ConsumeAsync(new ThrottleRule("exports", 9, 86_400), account, 1);
        }
    }

    [Fact]
    public async Task A_sound_store_has_no_findings()
    {
        Assert.NotEqual(0, (await Store.StatisticsAsync(Stop)).Snapshots);
        Assert.Empty(await Store.VerifyAsync(Stop));
    }

    [Theory]
    [InlineData("limiter.scored.v9", "{}", "payload")]
    [InlineData("limiter.scored.v1", """{"key":"K4"}""", "payload")]
    [InlineData("limiter.dilution-marked.v1", """{"window":1,"at":1}""", "payload")] // is no event of an account
    public async Task A_row_that_fits_no_limiter_entity_is_found(string manifest, string payload, string rule)
    {
        var id = "limiter-account-" + new string('7', 64);
        await Store.Journal.WriteAsync([new(null, [new(id, 1, manifest, System.Text.Encoding.UTF8.GetBytes(payload))], [])], Stop);
        var finding = Assert.Single(await Store.VerifyAsync(Stop));
        Assert.Equal((rule, $"{id} 1"), (finding.Rule, finding.Where));
    }

    [Theory]
    [InlineData("""{"at":1735732800,"facts":[]}""")]
    [InlineData("""{"at":1735732800,"facts":[{"manifest":"limiter.blocked.v1","event":{"key":"K4","level":6,"until":9999999999,"sparesTrusted":false,"at":1735732800}}]}""")]
    public async Task A_snapshot_that_lost_or_invented_something_is_found(string payload)
    {
        var id = "limiter-account-" + new string('7', 64);
        var (manifest, row) = LimiterEventCodec.Encode(new LimiterEvent.Scored(1_735_732_800, KeyRef.Account, 9, false, false));
        await Store.Journal.WriteAsync(
            [new(null, [new(id, 1, manifest, row)], [new(id, 1, LimiterManifests.Snapshot, System.Text.Encoding.UTF8.GetBytes(payload))])], Stop);
        Assert.Equal("snapshot", Assert.Single(await Store.VerifyAsync(Stop)).Rule);
    }
}
