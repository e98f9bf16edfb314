using System.Buffers;
using ActorFingerprint.Engine.Limiting.Asks;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Entities;
using ActorFingerprint.Limits.Hosting;
using ActorFingerprint.Limits.Keys;
using ActorFingerprint.Limits.Policies;
using Xunit;

namespace ActorFingerprint.Tests.Engine.Limiting;

/// <summary>The facts of a request cross the network unchanged, and only between nodes with the same rules.</summary>
public sealed class FactsFormatSpecs
{
    private static readonly FactsFormat Format = new(new PolicyRegistry(), LimiterProfile.Reference);

    [Theory]
    [InlineData("login", LimitCommand.Check, "owner", "A", "198.51.100.7")]
    [InlineData("login", LimitCommand.Failure, "owner", null, "2001:db8::7")]
    [InlineData("otp", LimitCommand.Success, null, "B", "2001:db8::7")]
    [InlineData("api_heavy", LimitCommand.Access, "owner", "B", "203.0.113.9")]
    public void Facts_come_back_as_they_were(string policy, LimitCommand command, string? account, string? device, string ip)
    {
        foreach (var hasPrevious in (bool[])[false, true])
        {
            var facts = Facts(policy, command, account, device, ip, hasPrevious);
            var back = Read(Format, Write(facts), out var refusal);
            Assert.Null(refusal);
            Assert.Equal(facts, back);
        }
    }

    [Fact]
    public void Other_rules_are_refused_and_other_local_caps_are_not()
    {
        var bytes = Write(Facts("login", LimitCommand.Check, "owner", "A", "198.51.100.7", false));
        Assert.Contains("'login'", Refusal(PolicyPresets.Login with { ChurnThreshold = 8 }), StringComparison.Ordinal);
        Assert.Null(Refusal(PolicyPresets.Login with { Degraded = PolicyPresets.Login.Degraded! with { PerAddress = 99 } }));
        Read(new(new PolicyRegistry(), LimiterProfile.Hardened), bytes, out var hardened);
        Assert.Contains("profile", hardened, StringComparison.Ordinal);

        string? Refusal(LimiterPolicy login)
        {
            Read(new(new PolicyRegistry(login), LimiterProfile.Reference), bytes, out var refusal);
            return refusal;
        }
    }

    private static RequestFacts Facts(string policy, LimitCommand command, string? account, string? device, string ip, bool hasPrevious)
    {
        var secrets = LimiterSecrets.Create("key", "fp");
        if (hasPrevious) Assert.True(secrets.TryRotate(SecretKinds.Both, "next-key"u8, "next-fp"u8, RegionHarness.Start, out secrets));
        Assert.True(new PolicyRegistry().TryGet(policy, out var rules));
        var request = new RegionHarness().Request(command, account, device, ip, policy, cost: 17) with { AtTicks = DateTime.UnixEpoch.AddDays(20_000).Ticks };
        return RequestFacts.Of(rules, LimiterProfile.Reference, new KeyRing(secrets, "test"), request);
    }

    private static byte[] Write(RequestFacts facts)
    {
        var buffer = new ArrayBufferWriter<byte>();
        Format.Write(new CompactWriter(buffer), facts);
        return buffer.WrittenSpan.ToArray();
    }

    private static RequestFacts Read(FactsFormat format, byte[] bytes, out string? refusal)
    {
        var input = new CompactReader(bytes);
        var facts = format.Read(ref input, out refusal);
        input.End();
        return facts;
    }
}
