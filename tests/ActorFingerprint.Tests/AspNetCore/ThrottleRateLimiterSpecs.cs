using System.Threading.RateLimiting;
using ActorFingerprint.AspNetCore;
using ActorFingerprint.Limits.Hosting;
using ActorFingerprint.Limits.Throttle;
using ActorFingerprint.Tests.Engine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace ActorFingerprint.Tests.AspNetCore;

public sealed class ThrottleRateLimiterSpecs
{
    private static readonly ThrottleRule Rule = new("signup", 3, 60);
    private readonly ManualTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(55));

    [Fact]
    public async Task Permits_end_with_the_limit_and_come_back_with_the_next_window()
    {
        await using var limiter = Of("alice");
        Assert.True(limiter.AttemptAcquire(2).IsAcquired);
        using var last = await limiter.AcquireAsync(1, TestContext.Current.CancellationToken);
        Assert.True(last.IsAcquired);
        _time.Advance(TimeSpan.FromSeconds(20));
        using var denied = limiter.AttemptAcquire();
        Assert.False(denied.IsAcquired);
        Assert.True(denied.TryGetMetadata(MetadataName.RetryAfter, out var after));
        Assert.Equal(TimeSpan.FromSeconds(40), after);
        Assert.False(limiter.AttemptAcquire(0).IsAcquired);
        _time.Advance(TimeSpan.FromSeconds(40));
        Assert.True(limiter.AttemptAcquire(0).IsAcquired);
        Assert.True(limiter.AttemptAcquire().IsAcquired);
        Assert.Equal((3, 1), (limiter.GetStatistics()!.TotalSuccessfulLeases, limiter.GetStatistics()!.TotalFailedLeases));
    }

    [Fact]
    public async Task Partitions_count_apart()
    {
        var shared = Shared();
        await using var limiter = PartitionedRateLimiter.Create<string, string>(
            user => RateLimitPartition.Get(user, one => new ThrottleRateLimiter(shared, Rule, one, _time)));
        for (var i = 0; i < 3; i++) Assert.True(limiter.AttemptAcquire("alice").IsAcquired);
        Assert.False(limiter.AttemptAcquire("alice").IsAcquired);
        Assert.True(limiter.AttemptAcquire("bob").IsAcquired);
    }

    [Fact]
    public async Task What_must_wait_for_a_node_is_not_spent_without_waiting_and_a_node_that_is_away_tells_no_time()
    {
        await using var limiter = new ThrottleRateLimiter(new RecordingLimiter(), Rule, "alice", _time);
        Assert.False(limiter.AttemptAcquire().IsAcquired);
        using var denied = await limiter.AcquireAsync(1, TestContext.Current.CancellationToken);
        Assert.False(denied.IsAcquired);
        Assert.False(denied.TryGetMetadata(MetadataName.RetryAfter, out _));
    }

    [Fact]
    public async Task The_frameworks_middleware_refuses_with_the_fields_of_the_draft()
    {
        await using var site = await LimitedSite.StartAsync(
            limiter => limiter.UseInProcess(),
            app =>
            {
                app.UseRateLimiter();
                app.MapPost("/signup", LimitedSite.Answer).RequireRateLimiting("signup");
            },
            services: services => services.AddRateLimiter(options =>
            {
                options.OnRejected = DeviceThrottle.OnRejectedAsync;
                options.AddPolicy("signup", context => DeviceThrottle.Partition(context, Rule, "everybody"));
            }));
        for (var i = 0; i < 3; i++) Assert.Equal(200, await site.StatusAsync("/signup"));
        using var refused = await site.PostAsync("/signup");
        Assert.Equal(429, (int)refused.StatusCode);
        Assert.Equal("\"signup\";q=3;w=60", refused.Headers.GetValues("RateLimit-Policy").Single());
        Assert.Matches("^\"signup\";r=0;t=(60|59|58)$", refused.Headers.GetValues("RateLimit").Single());
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 50, 60);
    }

    private ThrottleRateLimiter Of(string subject) => new(Shared(), Rule, subject, _time);

    private InProcessDeviceLimiter Shared() => new(new LimiterEngineOptions { Secrets = InProcessDeviceLimiter.RandomSecrets() }, _time);
}
