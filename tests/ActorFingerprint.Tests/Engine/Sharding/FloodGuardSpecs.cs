using ActorFingerprint.Engine.Sharding;
using Xunit;

namespace ActorFingerprint.Tests.Engine.Sharding;

public sealed class FloodGuardSpecs
{
    private const long Window = 100;

    [Fact]
    public void Quota_is_refused_beyond_its_size_and_renewed_in_the_next_window_of_frame_time()
    {
        var guard = new FloodGuard(2, Window);
        Assert.True(guard.TryAdmit("a#1", 10));
        Assert.True(guard.TryAdmit("a#1", 20));
        Assert.False(guard.TryAdmit("a#1", 99));
        Assert.True(guard.TryAdmit("a#1", 100));
    }

    [Fact]
    public void Runs_have_quotas_of_their_own()
    {
        var guard = new FloodGuard(1, Window);
        Assert.True(guard.TryAdmit("a#1", 0));
        Assert.True(guard.TryAdmit("b#1", 0));
        Assert.False(guard.TryAdmit("a#1", 1));
    }

    [Fact]
    public void Frames_from_the_window_before_do_not_open_a_new_quota()
    {
        var guard = new FloodGuard(1, Window);
        Assert.True(guard.TryAdmit("a#1", 250));
        Assert.False(guard.TryAdmit("a#1", 150));
        Assert.False(guard.TryAdmit("a#1", 100));
    }

    [Fact]
    public void Files_that_are_read_out_of_time_order_have_a_quota_in_each_window()
    {
        var guard = new FloodGuard(2, Window);
        foreach (var window in (long[])[900, 500, 700])
        {
            Assert.True(guard.TryAdmit("a#1", window));
            Assert.True(guard.TryAdmit("a#1", window + 99));
            Assert.False(guard.TryAdmit("a#1", window + 50));
        }
        var restored = new FloodGuard(2, Window);
        restored.Restore(guard.TakeChanged());
        Assert.False(restored.TryAdmit("a#1", 750));
        Assert.True(restored.TryAdmit("a#1", 500));
    }

    [Fact]
    public void Quota_of_the_shard_row_restores_to_the_same_decisions()
    {
        var guard = new FloodGuard(2, Window);
        guard.TryAdmit("a#1", 10);
        var stored = guard.TakeChanged();
        Assert.Empty(guard.TakeChanged());

        var restored = new FloodGuard(2, Window);
        restored.Restore(stored);
        Assert.True(restored.TryAdmit("a#1", 20));
        Assert.False(restored.TryAdmit("a#1", 30));
    }
}
