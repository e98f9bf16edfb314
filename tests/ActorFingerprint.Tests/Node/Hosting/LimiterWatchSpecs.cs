using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Node.Hosting;
using ActorFingerprint.Tests.Engine.Limiting;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ActorFingerprint.Tests.Node.Hosting;

public sealed class LimiterWatchSpecs
{
    [Fact]
    public void Many_blocks_of_a_kind_are_one_notice_with_their_number()
    {
        var region = new RegionHarness();
        var told = new List<LimiterNotice>();
        var watch = new LimiterWatch(region.Region, TimeProvider.System, NullLogger.Instance);
        watch.Noticed += told.Add;
        for (var account = 0; account < 20; account++)
            for (var i = 0; i < 3; i++)
                region.Fail($"account-{account}", $"device-{account}", $"198.51.100.{account}");
        region.Check("account-0", "device-0", "198.51.100.0"); // serves a block, raises none
        watch.Tell();
        watch.Tell();
        region.Stop();
        Assert.Equal(
            [(LimitDecision.HardBlock, 2, 20L), (LimitDecision.SoftBlock, 1, 20L)],
            told.Cast<LimiterNotice.BlocksRaised>().Select(n => (n.Blocks.Decision, n.Blocks.Level, n.Blocks.Count)));
    }
}
