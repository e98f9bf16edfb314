using ActorFingerprint.Core.Identification.Api.Sync;
using Xunit;

namespace ActorFingerprint.Tests.Core.Identification.Api;

public sealed class RequestQuotaSpecs
{
    private static readonly long Start = new DateTime(2026, 1, 31, 23, 59, 30, DateTimeKind.Utc).Ticks;

    [Fact]
    public void Requests_leave_the_hour_after_it_and_not_before()
    {
        var quota = RequestQuota.Unused.Add(300, Start);
        Assert.Equal(0, quota.Available(QuotaLimits.Default, Start + TimeSpan.FromMinutes(59).Ticks));
        Assert.Equal(0, quota.Available(QuotaLimits.Default, Start + TimeSpan.FromMinutes(60).Ticks));
        Assert.Equal(300, quota.Available(QuotaLimits.Default, Start + TimeSpan.FromMinutes(62).Ticks));
    }

    [Fact]
    public void The_tightest_window_counts()
    {
        var quota = RequestQuota.Unused.Add(1990, Start);
        Assert.Equal(10, quota.Available(QuotaLimits.Default, Start + TimeSpan.FromHours(2).Ticks));
        quota = RequestQuota.Unused.Add(29_999, Start);
        Assert.Equal(1, quota.Available(QuotaLimits.Default, Start + TimeSpan.FromDays(3).Ticks));
        Assert.Equal(300, quota.Available(QuotaLimits.Default, Start + TimeSpan.FromDays(32).Ticks));
    }

    [Fact]
    public void A_clock_set_back_neither_frees_requests_nor_blocks_for_ever()
    {
        var quota = RequestQuota.Unused.Add(300, Start);
        Assert.Equal(0, quota.Available(QuotaLimits.Default, Start - TimeSpan.FromMinutes(30).Ticks));
        var farAhead = RequestQuota.Unused.Add(30_000, Start + TimeSpan.FromDays(3650).Ticks);
        Assert.Equal(300, farAhead.Available(QuotaLimits.Default, Start));
    }

    [Fact]
    public void What_is_kept_and_read_back_counts_the_same()
    {
        var quota = RequestQuota.Unused;
        for (var minute = 0; minute < 5000; minute++) quota = quota.Add(1, Start + TimeSpan.FromMinutes(minute).Ticks);
        var now = Start + TimeSpan.FromMinutes(5000).Ticks;
        var kept = new RequestQuota(
            QuotaWindow.Hour.With(quota.Hour.Counts, now), QuotaWindow.Day.With(quota.Day.Counts, now), QuotaWindow.Month.With(quota.Month.Counts, now));
        Assert.Equal((quota.Hour.Used(now), quota.Day.Used(now), quota.Month.Used(now)), (kept.Hour.Used(now), kept.Day.Used(now), kept.Month.Used(now)));
        Assert.True(quota.Windows.Sum(w => w.Counts.Count()) <= 61 + 97 + 63, "old buckets are forgotten");
    }
}
