using System.Text;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Limiting;
using ActorFingerprint.Limits.Entities;
using ActorFingerprint.Limits.Keys;
using Xunit;

namespace ActorFingerprint.Tests.Engine.Limiting;

/// <summary>The storage format, held still by sample files.</summary>
public sealed class LimiterEventCodecSpecs
{
    private static readonly KeyDigest Digest = new(0x0123456789abcdef, 0xfedcba9876543210);
    private static readonly KeyRef Device = new(KeyType.K5, Digest);

    private static readonly LimiterEvent[] Events =
    [
        new LimiterEvent.Scored(1_735_732_800, KeyRef.Account, 9, true, false),
        new LimiterEvent.Blocked(1_735_732_801, Device, 2, 1_735_732_861, false),
        new LimiterEvent.HardCycled(1_735_732_802, KeyRef.Address),
        new LimiterEvent.DecayPaused(1_735_732_803, KeyRef.Account, 600),
        new LimiterEvent.WatchCounted(1_735_732_804, new(WatchedRule.Churn, new(KeyType.K1, Digest), new(1, 2)), 2, 1_735_732_000),
        new LimiterEvent.BudgetCounted(1_735_732_805, 7, 1_735_700_000),
        new LimiterEvent.CooldownStarted(1_735_732_806, 1_735_736_406),
        new LimiterEvent.AllowanceCounted(1_735_732_807, Digest, 3, 1_735_700_000),
        new LimiterEvent.FingerprintMissed(1_735_732_808),
        new LimiterEvent.FingerprintReturned(1_735_732_809),
        new LimiterEvent.SoftFailureEnded(1_735_732_810),
        new LimiterEvent.OccurrenceCounted(1_735_732_811, 2, 1_735_700_000),
        new LimiterEvent.FloodStaged(1_735_732_812, Digest, 1_735_733_712),
        new LimiterEvent.DilutionMarked(1_735_732_813, 2_892_888),
        new LimiterEvent.Rekeyed(1_735_732_814, KeyType.K5, Digest, new(1, 2)),
        new LimiterEvent.Unblocked(1_735_732_815, KeyRef.Account),
        new LimiterEvent.Reset(1_735_732_816),
        new LimiterEvent.ThrottleCounted(1_735_732_817, 1_735_700_000, 7, 1_735_703_600),
    ];

    public static TheoryData<int> Indexes => [.. Enumerable.Range(0, Events.Length)];

    [Theory]
    [MemberData(nameof(Indexes))]
    public void An_event_is_stored_as_its_sample_and_comes_back(int index)
    {
        var (manifest, payload) = LimiterEventCodec.Encode(Events[index]);
        EventSample.IsStoredAs(manifest + ".json", payload);
        Assert.Equal(Events[index], LimiterEventCodec.Decode(manifest, payload));
    }

    [Fact]
    public void A_carry_over_is_stored_as_its_sample_and_comes_back()
    {
        var (manifest, payload) = LimiterEventCodec.Encode(new LimiterEvent.CarriedOver(1_735_732_817, Events[..2]));
        EventSample.IsStoredAs(manifest + ".json", payload);
        var back = Assert.IsType<LimiterEvent.CarriedOver>(LimiterEventCodec.Decode(manifest, payload));
        Assert.Equal(Events[..2], back.Facts);
    }

    [Fact]
    public void A_snapshot_is_stored_as_its_sample_and_comes_back()
    {
        var payload = LimiterEventCodec.EncodeFacts(1_735_732_818, Events[..3]);
        EventSample.IsStoredAs(LimiterManifests.Snapshot + ".json", payload);
        var back = LimiterEventCodec.DecodeSnapshot(payload);
        Assert.Equal(1_735_732_818, back.At);
        Assert.Equal(Events[..3], back.Facts);
    }

    [Fact]
    public void Several_events_of_one_commit_are_one_row_stored_as_its_sample_and_come_back()
    {
        var (manifest, payload) = LimiterEventCodec.EncodeRow(Events[..2]);
        EventSample.IsStoredAs(manifest + ".json", payload);
        Assert.Equal(Events[..2], LimiterEventCodec.DecodeRow(manifest, payload));
        (manifest, payload) = LimiterEventCodec.EncodeRow(Events[..1]);
        Assert.Equal("limiter.scored.v1", manifest);
        Assert.Equal(Events[..1], LimiterEventCodec.DecodeRow(manifest, payload));
    }

    [Theory]
    [InlineData("limiter.scored.v1", """{"at":1,"key":"K4","score":1}""")]
    [InlineData("limiter.scored.v1", """{"at":1,"key":"K9","score":1,"slow":false,"knownContributed":false}""")]
    [InlineData("limiter.unblocked.v1", """{"at":1,"key":"K5:0123"}""")]
    [InlineData("limiter.scored.v2", "{}")]
    [InlineData("limiter.reset.v1", "null")]
    [InlineData("limiter.carried-over.v1", """{"at":1,"facts":[{"manifest":"limiter.reset.v9","event":{}}]}""")]
    public void What_does_not_fit_is_refused(string manifest, string payload) =>
        Assert.Throws<JournalCorruptException>(() => LimiterEventCodec.Decode(manifest, Encoding.UTF8.GetBytes(payload)));
}
