namespace ActorFingerprint.Core.Identification.Api.Sync;

/// <summary>Most requests in any hour, any 24 hours and any 31 days.</summary>
public sealed record QuotaLimits(int PerHour, int PerDay, int PerMonth)
{
    /// <summary>300, 2,000 and 30,000.</summary>
    public static QuotaLimits Default { get; } = new(300, 2_000, 30_000);
}

/// <summary>Requests made, as far as limits look back. A request counts from when it is about to be sent, whatever comes of it.</summary>
public sealed record RequestQuota(QuotaWindow Hour, QuotaWindow Day, QuotaWindow Month)
{
    /// <summary>Nothing was asked yet.</summary>
    public static RequestQuota Unused { get; } = new(QuotaWindow.Hour, QuotaWindow.Day, QuotaWindow.Month);

    /// <summary>The three windows, shortest first.</summary>
    public IReadOnlyList<QuotaWindow> Windows => [Hour, Day, Month];

    /// <summary>How many requests may be made now.</summary>
    public int Available(QuotaLimits limits, long atTicks) => Math.Max(0, Math.Min(
        limits.PerHour - Hour.Used(atTicks), Math.Min(limits.PerDay - Day.Used(atTicks), limits.PerMonth - Month.Used(atTicks))));

    /// <summary>With so many more requests.</summary>
    public RequestQuota Add(int requests, long atTicks) =>
        new(Hour.Add(requests, atTicks), Day.Add(requests, atTicks), Month.Add(requests, atTicks));
}
