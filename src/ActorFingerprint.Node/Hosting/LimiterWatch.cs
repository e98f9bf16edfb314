using ActorFingerprint.Engine.Limiting;
using ActorFingerprint.Limits.Decisions;
using Microsoft.Extensions.Logging;

namespace ActorFingerprint.Node.Hosting;

/// <summary>
/// Looks at the limiter every second: tells what was blocked and how its breakers stand, at most one notice a second for each kind of
/// block,
/// however many there were; and counts its keys now and then.
/// </summary>
internal sealed class LimiterWatch(LimiterRegion region, TimeProvider time, ILogger log) : IAsyncDisposable
{
    private const int SecondsBetweenCounts = 15;

    private static readonly LimitSignals[] Transitions =
        [LimitSignals.BreakerOpened, LimitSignals.BreakerRecovered, LimitSignals.ReentryViolation];

    private readonly PeriodicTimer _timer = new(TimeSpan.FromSeconds(1), time);
    private Task _running = Task.CompletedTask;

    /// <summary>Takes notices, one after the other; must return at once.</summary>
    public event Action<LimiterNotice>? Noticed;

    /// <summary>Begins to look.</summary>
    public void Start() => _running = RunAsync();

    /// <summary>Tells what there is to tell now.</summary>
    public void Tell()
    {
        var at = time.GetUtcNow();
        foreach (var (policy, blocks, signals) in region.Metrics.Drain())
        {
            foreach (var raised in blocks) Noticed?.Invoke(new LimiterNotice.BlocksRaised(at, raised));
            foreach (var transition in Transitions)
            {
                if ((signals & transition) == 0) continue;
                var notice = new LimiterNotice.BreakerChanged(at, policy, transition);
                if (transition == LimitSignals.ReentryViolation) NodeLog.LimiterRefuses(log, policy);
                else NodeLog.LimiterBreaker(log, policy, notice.Name);
                Noticed?.Invoke(notice);
            }
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _running;
    }

    private async Task RunAsync()
    {
        for (var second = 0; await _timer.WaitForNextTickAsync(); second++)
        {
            Tell();
            if (second % SecondsBetweenCounts == 0) await region.CountKeysAsync();
        }
    }
}
