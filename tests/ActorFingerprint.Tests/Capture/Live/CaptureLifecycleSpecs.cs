using ActorFingerprint.Capture.Live;
using Xunit;

namespace ActorFingerprint.Tests.Capture.Live;

public sealed class CaptureLifecycleSpecs
{
    private readonly List<CaptureTransition> _steps = [];

    [Fact]
    public void A_capture_goes_round_its_states_and_each_step_is_told_with_its_time()
    {
        var lifecycle = new CaptureLifecycle("live:eth0", new FixedTime(), _steps.Add);
        Assert.Equal(CaptureState.Disabled, lifecycle.State);
        CaptureState[] round = [CaptureState.Starting, CaptureState.Running, CaptureState.Stopping, CaptureState.Disabled];
        foreach (var next in round) Assert.True(lifecycle.TryEnter(next));
        Assert.True(lifecycle.TryEnter(CaptureState.Starting));
        Assert.True(lifecycle.TryEnter(CaptureState.Failed, "no such interface"));
        Assert.True(lifecycle.TryEnter(CaptureState.Starting));
        Assert.Equal(7, _steps.Count);
        var failed = new CaptureTransition("live:eth0", CaptureState.Starting, CaptureState.Failed, FixedTime.Ticks, "no such interface");
        Assert.Equal(failed, _steps[5]);
        Assert.All(_steps.Zip(_steps.Skip(1)), pair => Assert.Equal(pair.First.To, pair.Second.From));
    }

    [Fact]
    public void Every_other_step_is_refused_and_not_told()
    {
        (CaptureState[] Path, CaptureState[] Allowed)[] states =
        [
            ([], [CaptureState.Starting]),
            ([CaptureState.Starting], [CaptureState.Running, CaptureState.Failed]),
            ([CaptureState.Starting, CaptureState.Running], [CaptureState.Stopping]),
            ([CaptureState.Starting, CaptureState.Running, CaptureState.Stopping], [CaptureState.Disabled, CaptureState.Failed]),
            ([CaptureState.Starting, CaptureState.Failed], [CaptureState.Starting]),
        ];
        foreach (var (path, allowed) in states)
        {
            foreach (var next in Enum.GetValues<CaptureState>())
            {
                var lifecycle = new CaptureLifecycle("live:eth0", new FixedTime(), _steps.Add);
                Assert.All(path, step => Assert.True(lifecycle.TryEnter(step)));
                _steps.Clear();
                Assert.Equal(allowed.Contains(next), lifecycle.TryEnter(next));
                Assert.Equal(allowed.Contains(next) ? 1 : 0, _steps.Count);
            }
        }
    }

    private sealed class FixedTime : TimeProvider
    {
        public const long Ticks = 638_000_000_000_000_000;

        public override DateTimeOffset GetUtcNow() => new(Ticks, TimeSpan.Zero);
    }
}
