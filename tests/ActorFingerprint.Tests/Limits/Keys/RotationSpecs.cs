using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Entities;
using ActorFingerprint.Limits.Keys;
using ActorFingerprint.Limits.Throttle;
using Xunit;

namespace ActorFingerprint.Tests.Limits.Keys;

/// <summary>AF-1 §5.2: everything survives one rotation, once; a second within a day is refused.</summary>
public sealed class RotationSpecs
{
    [Theory]
    [InlineData(SecretKinds.Key)]
    [InlineData(SecretKinds.Fingerprint)]
    [InlineData(SecretKinds.Both)]
    public void Blocks_scores_budget_and_allowance_survive(SecretKinds kinds)
    {
        var limits = new LimitsHarness();
        for (var n = 0; n < 10; n++) limits.Fail(device: "mine", verified: true);
        for (var n = 0; n < 3; n++) limits.Fail(device: "stranger", ip: "203.0.113.7");
        var before = limits.Engine.Read(limits.Request(LimitCommand.Check, device: "mine"));
        Assert.Equal((5, 20L, 9L, 2), (before.BudgetCount, before.K5!.Value.Score, before.K4!.Value.Score, before.K4.Value.Level));
        Assert.True(limits.Rotate(kinds));
        Assert.Equal(before, limits.Engine.Read(limits.Request(LimitCommand.Check, device: "mine"))); // read-only: from the old names
        limits.Now = 5;
        Assert.Equal(55, limits.Check(device: "mine").RetryAfterSeconds);
        limits.Now = 60;
        limits.Fail(device: "mine", verified: true);
        var after = limits.Engine.Read(limits.Request(LimitCommand.Check, device: "mine"));
        Assert.Equal((6, 22L, 9L), (after.BudgetCount, after.K5!.Value.Score, after.K4!.Value.Score));
    }

    [Fact]
    public void An_entity_is_carried_over_once_and_in_one_event()
    {
        var limits = new LimitsHarness();
        limits.Fail();
        limits.Events.Clear();
        Assert.True(limits.Rotate(SecretKinds.Both));
        limits.Fail();
        limits.Fail();
        var carried = limits.Events.Select(e => e.Event).OfType<LimiterEvent.CarriedOver>().ToList();
        Assert.Single(carried, e => e.Facts.Any(f => f is LimiterEvent.Scored));
        Assert.Equal(3, limits.Engine.EntityCounts.Values.Sum()); // account, address, dilution: none of them twice
    }

    [Fact]
    public void Sets_count_a_member_once_across_the_generations()
    {
        var limits = new LimitsHarness();
        for (var n = 0; n < 3; n++) limits.Check(account: $"user{n}", device: null);
        Assert.True(limits.Rotate(SecretKinds.Key));
        for (var n = 0; n < 3; n++) Assert.Equal(LimitReasons.None, limits.Check(account: $"user{n}", device: null).Reasons);
        Assert.Equal(LimitReasons.None, limits.Check(account: "user3", device: null).Reasons);
        Assert.Equal(LimitReasons.CredentialSpray, limits.Check(account: "user4", device: null).Reasons);
    }

    [Fact]
    public void A_second_rotation_is_refused_for_a_day()
    {
        var limits = new LimitsHarness();
        Assert.True(limits.Rotate(SecretKinds.Key, key: "second"));
        limits.Now = 86_399;
        Assert.False(limits.Rotate(SecretKinds.Fingerprint, key: "third"));
        limits.Now = 86_400;
        Assert.True(limits.Rotate(SecretKinds.Fingerprint, key: "third"));
        Assert.True(limits.Engine.Secrets.HasPrevious);
    }

    [Fact]
    public void A_throttle_window_survives()
    {
        var limits = new LimitsHarness();
        var rule = new ThrottleRule("checkout", 2, 60);
        limits.Engine.Consume(rule, "u", 2, LimitsHarness.Start);
        Assert.True(limits.Rotate(SecretKinds.Key));
        Assert.False(limits.Engine.Consume(rule, "u", 1, LimitsHarness.Start + 1).Allowed);
    }

    [Theory]
    [InlineData("", "f")]
    [InlineData("k", " \t")]
    public void Blank_secrets_are_refused(string key, string fingerprint) =>
        Assert.Throws<ArgumentException>(() => LimiterSecrets.Create(key, fingerprint));

    [Fact]
    public void Secrets_are_not_trimmed() =>
        Assert.NotEqual(
            KeyRing.Derive("k"u8, "x"), KeyRing.Derive("k "u8, "x"));
}
