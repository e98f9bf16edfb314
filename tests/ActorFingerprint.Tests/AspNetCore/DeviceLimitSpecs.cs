using ActorFingerprint.AspNetCore;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Policies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace ActorFingerprint.Tests.AspNetCore;

public sealed class DeviceLimitSpecs
{
    private static readonly LimiterPolicy Tiny = PolicyPresets.ApiHeavy with { Name = "tiny", Api = new() { K2Limit = 3, K3Limit = 50, K1Limit = 90 } };

    [Fact]
    public async Task Status_codes_tell_failures_and_a_block_is_429_with_retry_after()
    {
        await using var site = await LoginAsync();
        Assert.Equal(401, await site.StatusAsync("/login", "alice", 401));
        using var second = await site.PostAsync("/login", "alice", 401);
        Assert.Equal((429, "15"), ((int)second.StatusCode, second.Headers.RetryAfter!.ToString()));
        using var third = await site.PostAsync("/login", "alice", 200);
        Assert.Equal((429, 15.0), ((int)third.StatusCode, third.Headers.RetryAfter!.Delta!.Value.TotalSeconds), new Near());
        Assert.Equal("application/problem+json", third.Content.Headers.ContentType!.ToString());
        Assert.Equal(200, await site.StatusAsync("/login", "bob"));
    }

    [Fact]
    public async Task Neither_a_success_nor_another_status_counts()
    {
        await using var site = await LoginAsync();
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(200, await site.StatusAsync("/login", "alice", 200));
            Assert.Equal(422, await site.StatusAsync("/login", "alice", 422));
            Assert.Equal(500, await site.StatusAsync("/login", "alice", 500));
        }
    }

    [Fact]
    public async Task An_endpoint_that_answers_200_to_a_wrong_password_tells_it_itself_and_once()
    {
        var answers = new List<LimitDecision>();
        await using var site = await LimitedSite.StartAsync(
            limiter => limiter.UseInProcess(),
            app => app.MapPost("/login", async context =>
            {
                answers.Add((await context.DeviceLimit().FailureAsync()).Decision);
                await context.Response.WriteAsync("wrong");
            }).RequireDeviceLimit("login"));
        Assert.Equal(200, await site.StatusAsync("/login", "alice"));
        Assert.Equal(200, await site.StatusAsync("/login", "alice"));
        Assert.Equal(429, await site.StatusAsync("/login", "alice"));
        Assert.Equal([LimitDecision.Allow, LimitDecision.SoftBlock], answers); // 3 points, then 6: each failure was told once
    }

    [Fact]
    public async Task A_success_that_is_refused_takes_back_the_session_cookie()
    {
        var limiter = new RecordingLimiter { Answers = { [LimitCommand.Success] = Refusal } };
        await using var site = await LimitedSite.StartAsync(
            builder => builder.Services.AddSingleton<IDeviceLimiter>(limiter),
            app => app.MapPost("/login", (HttpContext context) =>
            {
                context.Response.Cookies.Append("session", "secret");
                return Results.Ok();
            }).RequireDeviceLimit("login"));
        using var response = await site.PostAsync("/login", "alice");
        Assert.Equal((429, "60", false), ((int)response.StatusCode, response.Headers.RetryAfter!.ToString(), response.Headers.Contains("Set-Cookie")));
        Assert.Equal([LimitCommand.Check, LimitCommand.Success], limiter.Asked.Select(q => q.Command));
    }

    [Fact]
    public async Task A_failure_is_told_before_the_client_hears_of_it()
    {
        var limiter = new RecordingLimiter();
        await using var site = await LimitedSite.StartAsync(
            builder => builder.Services.AddSingleton<IDeviceLimiter>(limiter),
            app => app.MapPost("/login", async context =>
            {
                context.Response.StatusCode = 401;
                await context.Response.WriteAsync("a body that is sent at once");
                await context.Response.Body.FlushAsync();
                Assert.Equal(LimitCommand.Failure, limiter.Asked[^1].Command);
            }).RequireDeviceLimit("login"));
        Assert.Equal(401, await site.StatusAsync("/login", "alice"));
        Assert.Equal(2, limiter.Asked.Count);
    }

    [Fact]
    public async Task An_api_policy_counts_calls_and_says_its_quota()
    {
        await using var site = await LimitedSite.StartAsync(
            limiter => limiter.UseInProcess(options => options with { Policies = new(Tiny) }),
            app => app.MapPost("/report", LimitedSite.Answer).RequireDeviceLimit("tiny", rule => rule.Cost = _ => 2));
        using var first = await site.PostAsync("/report");
        Assert.Equal((200, "\"tiny\";q=3;w=60"), ((int)first.StatusCode, first.Headers.GetValues("RateLimit-Policy").Single()));
        Assert.False(first.Headers.Contains("RateLimit"));
        using var second = await site.PostAsync("/report");
        Assert.Equal(
            (429, "\"tiny\";r=0;t=15", "15"),
            ((int)second.StatusCode, second.Headers.GetValues("RateLimit").Single(), second.Headers.RetryAfter!.ToString()));
    }

    [Fact]
    public async Task A_limiter_that_fails_closed_is_503_with_retry_after()
    {
        var limiter = new RecordingLimiter { Answers = { [LimitCommand.Check] = Refusal with { Mode = LimitMode.FailClosed, RetryAfterSeconds = 10 } } };
        await using var site = await LimitedSite.StartAsync(
            builder => builder.Services.AddSingleton<IDeviceLimiter>(limiter), app => app.MapPost("/login", LimitedSite.Answer).RequireDeviceLimit("login"));
        using var response = await site.PostAsync("/login", "alice");
        Assert.Equal((503, "10"), ((int)response.StatusCode, response.Headers.RetryAfter!.ToString()));
    }

    [Fact]
    public async Task The_question_has_the_address_behind_the_proxy_the_headers_and_what_the_application_knows()
    {
        var limiter = new RecordingLimiter();
        await using var site = await LimitedSite.StartAsync(
            builder => builder.Services.AddSingleton<IDeviceLimiter>(limiter), app => app.MapPost("/login", LimitedSite.Answer).RequireDeviceLimit("login"),
            options =>
            {
                options.Proxies = TrustedProxies.Of(ForwardingHeader.XForwardedFor, "127.0.0.0/8");
                options.Device = (_, account) => new($"session of {account}", IsTrusted: true);
                options.Correlation = _ => "subject";
            });
        using var request = new HttpRequestMessage(HttpMethod.Post, "/login");
        request.Headers.Add("X-User", "alice");
        request.Headers.Add("X-Forwarded-For", "192.0.2.66, 198.51.100.7");
        request.Headers.Add("Accept-Language", "de, en;q=0.5");
        request.Headers.TryAddWithoutValidation("User-Agent", new string('x', 5000));
        using var response = await site.Client.SendAsync(request, TestContext.Current.CancellationToken);
        var asked = limiter.Asked[0];
        Assert.Equal(("198.51.100.7", "alice", "subject"), (asked.Address.ToString(), asked.AccountId, asked.CorrelationId));
        Assert.Equal(("session of alice", true, "de, en; q=0.5", 2048),
            (asked.Signals.SessionDeviceId, asked.Signals.SessionTrusted, asked.Signals.AcceptLanguage, asked.Signals.UserAgent!.Length));
    }

    [Fact]
    public async Task What_cannot_be_asked_is_400()
    {
        await using var site = await LoginAsync();
        Assert.Equal(400, await site.StatusAsync("/login", new string('a', 300)));
    }

    [Fact]
    public async Task The_attribute_works_through_the_middleware()
    {
        await using var site = await LimitedSite.StartAsync(limiter => limiter.UseInProcess(), app =>
        {
            app.UseRouting();
            app.UseDeviceLimits();
            app.MapPost("/login", [RequireDeviceLimit("login")] (HttpContext context) => LimitedSite.Answer(context));
            app.MapPost("/free", LimitedSite.Answer);
        });
        Assert.Equal(401, await site.StatusAsync("/login", "alice", 401));
        Assert.Equal(429, await site.StatusAsync("/login", "alice", 401));
        Assert.Equal(429, await site.StatusAsync("/login", "alice", 200));
        Assert.Equal(200, await site.StatusAsync("/free", "alice", 200));
    }

    [Theory]
    [InlineData("lgoin", true, "no such policy; there are api_heavy, login, otp")]
    [InlineData("login", false, "set DeviceLimitOptions.Account")]
    public async Task A_limit_that_cannot_work_is_refused_before_anything_is_served(string policy, bool hasAccount, string problem)
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            await using var site = await LimitedSite.StartAsync(
                limiter => limiter.UseInProcess(), app => app.MapPost("/", LimitedSite.Answer).RequireDeviceLimit(policy),
                options => options.Account = hasAccount ? options.Account : null);
            await site.StatusAsync("/");
        });
        Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
    }

    private static LimitResult Refusal => new(
        LimitDecision.HardBlock, 2, 60, LimitMode.Normal, LimitReasons.ActiveBlock, false, ActorFingerprint.Limits.Identity.DeviceConfidence.Low);

    private static Task<LimitedSite> LoginAsync() => LimitedSite.StartAsync(
        limiter => limiter.UseInProcess(), app => app.MapPost("/login", LimitedSite.Answer).RequireDeviceLimit("login"));

    /// <summary>A second may pass between two requests.</summary>
    private sealed class Near : IEqualityComparer<(int Status, double Seconds)>
    {
        public bool Equals((int Status, double Seconds) x, (int Status, double Seconds) y) => x.Status == y.Status && Math.Abs(x.Seconds - y.Seconds) <= 5;

        public int GetHashCode((int Status, double Seconds) obj) => obj.Status;
    }
}
