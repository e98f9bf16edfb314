using ActorFingerprint.Engine.Capture;

namespace ActorFingerprint.Capture.Live;

/// <summary>What a feeding of <see cref="DropRateMonitor"/> changed.</summary>
public enum DropAlert
{
    /// <summary>Nothing.</summary>
    Unchanged,
    /// <summary>The share of dropped frames rose above the threshold.</summary>
    Raised,
    /// <summary>It fell back.</summary>
    Cleared,
}

/// <summary>
/// Watches the share of frames that a live source lost during the last minute, whoever dropped them. Fed with running totals;
/// reads no clock. Not thread-safe.
/// </summary>
/// <param name="threshold">Share above which the alert is raised, 0..1; more than a tenth by default.</param>
public sealed class DropRateMonitor(double threshold = 0.10)
{
    private const long SampleTicks = TimeSpan.TicksPerSecond;
    private const int WindowSamples = 60;

    private readonly Queue<Sample> _window = new(WindowSamples + 1);
    private Sample _base;
    private Sample _last;
    private long _newestTicks;

    /// <summary>Share of the frames of the last minute that were dropped, 0..1; 0 without frames.</summary>
    public double Rate { get; private set; }

    /// <summary>True while the alert stands.</summary>
    public bool IsRaised { get; private set; }

    /// <summary>Takes the totals at a time that does not go back; call it about once a second. Totals that fall start anew.</summary>
    public DropAlert Feed(in CaptureCounters totals, long atTicks)
    {
        var dropped = totals.DroppedByKernel + totals.DroppedByInterface + totals.DroppedByEngine;
        var now = new Sample(atTicks, totals.Frames, dropped);
        if (now.Frames < _last.Frames || now.Dropped < _last.Dropped)
        {
            _window.Clear();
            _base = default;
        }
        _last = now;
        while (_window.TryPeek(out var oldest) && oldest.AtTicks <= atTicks - WindowSamples * SampleTicks) _base = _window.Dequeue();
        if (_window.Count == 0 || atTicks - _newestTicks >= SampleTicks)
        {
            _window.Enqueue(now);
            _newestTicks = atTicks;
        }
        var (kept, lost) = (now.Frames - _base.Frames, now.Dropped - _base.Dropped);
        Rate = lost == 0 ? 0 : (double)lost / (kept + lost);
        if (Rate > threshold == IsRaised) return DropAlert.Unchanged;
        IsRaised = !IsRaised;
        return IsRaised ? DropAlert.Raised : DropAlert.Cleared;
    }

    private readonly record struct Sample(long AtTicks, long Frames, long Dropped);
}
