namespace ActorFingerprint.Core.Devices;

/// <summary>Observations in one hour of the day.</summary>
/// <param name="Hour">UTC hour of frame time, 0..23.</param>
/// <param name="Count">Observations.</param>
public readonly record struct HourCount(int Hour, long Count)
{
    /// <summary>Hours of a day.</summary>
    public const int Hours = 24;

    /// <summary>The hour of a frame time.</summary>
    public static int HourOf(long atTicks) => (int)(atTicks / TimeSpan.TicksPerHour % Hours);

    /// <summary>The sum of two lists; each in the order of the hours, without repeats, null for none.</summary>
    public static IReadOnlyList<HourCount>? Sum(IReadOnlyList<HourCount>? mine, IReadOnlyList<HourCount>? more)
    {
        if (more is null) return mine;
        if (mine is null) return more;
        var sums = new List<HourCount>(Math.Max(mine.Count, more.Count));
        var (i, j) = (0, 0);
        while (i < mine.Count || j < more.Count)
        {
            var (left, right) = (i < mine.Count ? mine[i].Hour : int.MaxValue, j < more.Count ? more[j].Hour : int.MaxValue);
            sums.Add(left < right ? mine[i++] : right < left ? more[j++] : new HourCount(left, mine[i++].Count + more[j++].Count));
        }
        return sums;
    }
}

/// <summary>Counts observations by hour; mostly all are of one.</summary>
internal struct PendingHours
{
    private long[]? _counts;
    private long _countOfOne;
    private int _one;

    public void Add(long atTicks)
    {
        var hour = HourCount.HourOf(atTicks);
        if (_counts is null && (_countOfOne == 0 || hour == _one))
        {
            (_one, _countOfOne) = (hour, _countOfOne + 1);
            return;
        }
        if (_counts is null)
        {
            _counts = new long[HourCount.Hours];
            _counts[_one] = _countOfOne;
        }
        _counts[hour]++;
    }

    /// <summary>The hours that have any, in order; null when none has.</summary>
    public readonly IReadOnlyList<HourCount>? Build()
    {
        if (_counts is null) return _countOfOne == 0 ? null : [new HourCount(_one, _countOfOne)];
        List<HourCount> hours = [];
        for (var hour = 0; hour < HourCount.Hours; hour++)
            if (_counts[hour] > 0) hours.Add(new HourCount(hour, _counts[hour]));
        return hours;
    }
}
