namespace ActorFingerprint.Node.Hosting;

/// <summary>
/// When to log that a live source is sampled: with the first packet that is left out, then at most once in <see cref="Interval"/>.
/// </summary>
internal sealed class SamplingNotice
{
    /// <summary>Time between two lines at least.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private long _told;
    private long _toldAtTicks = long.MinValue / 2;

    /// <summary>Takes the number left out so far. Returns how many were left out since the last line when one is due, else 0.</summary>
    public long Feed(long leftOut, long nowTicks)
    {
        var since = leftOut - _told;
        if (since == 0 || nowTicks - _toldAtTicks < Interval.Ticks) return 0;
        (_told, _toldAtTicks) = (leftOut, nowTicks);
        return since;
    }
}
