using System.Net;
using System.Text;
using ActorFingerprint.AspNetCore;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Identity;
using ActorFingerprint.Limits.Throttle;
using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Node.Hosting;
using ActorFingerprint.Tests.Engine;
using ActorFingerprint.Tests.Node;
using ActorFingerprint.Tests.Node.Http;
using Xunit;

namespace ActorFingerprint.Tests.AspNetCore;

public sealed class NodeDeviceLimiterSpecs : IDisposable
{
    private readonly ManualTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(55));
    private readonly StubHandler _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public async Task A_node_that_fails_is_answered_for_by_the_policy_and_after_three_times_by_local_caps()
    {
        _node.Answer = _ => new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
        using var limiter = Limiter();
        for (var i = 0; i < 2; i++)
        {
            var closed = await AskAsync(limiter, "login");
            Assert.Equal((LimitDecision.HardBlock, LimitMode.FailClosed, 10L), (closed.Decision, closed.Mode, closed.RetryAfterSeconds));
        }
        var modes = new List<(LimitDecision, LimitMode)>();
        for (var i = 0; i < 4; i++) modes.Add(await AskAsync(limiter, "login") is var answer ? (answer.Decision, answer.Mode) : default);
        Assert.Equal(
            [
                (LimitDecision.Allow, LimitMode.Degraded), (LimitDecision.Allow, LimitMode.Degraded), (LimitDecision.Allow, LimitMode.Degraded),
                (LimitDecision.HardBlock, LimitMode.Degraded),
            ], modes);
        Assert.Equal(3, _node.Asked); // an open breaker does not ask
        var api = await AskAsync(limiter, "api_heavy", LimitCommand.Access);
        Assert.Equal((LimitDecision.Allow, LimitMode.FailOpen), (api.Decision, api.Mode));
    }

    [Fact]
    public async Task A_node_that_is_slow_is_given_up_at_the_deadline()
    {
        _node.Hangs = true;
        using var limiter = Limiter();
        var asking = AskAsync(limiter, "otp");
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(LimitMode.FailClosed, (await asking).Mode);
    }

    [Fact]
    public async Task A_breaker_closes_after_two_healthy_probes()
    {
        _node.Answer = _ => throw new HttpRequestException("refused");
        using var limiter = Limiter();
        for (var i = 0; i < 3; i++) await AskAsync(limiter, "login");
        _node.Answer = request => request.RequestUri!.AbsolutePath == "/ready" ? new(HttpStatusCode.OK) : Allow();
        _time.Advance(TimeSpan.FromSeconds(300));
        Assert.Equal(LimitMode.Degraded, (await AskAsync(limiter, "login")).Mode);
        _time.Advance(TimeSpan.FromSeconds(120));
        Assert.Equal(LimitMode.Normal, (await AskAsync(limiter, "login")).Mode);
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized, "this token is not in the token file of the node")]
    [InlineData(HttpStatusCode.NotFound, "the limiter of this node is off: set limiter.enabled = true")]
    [InlineData(HttpStatusCode.BadRequest, "policy is not one of: api_heavy")]
    public async Task A_node_that_refuses_is_a_fault_of_the_set_up_and_shows(HttpStatusCode status, string detail)
    {
        _node.Answer = _ => new HttpResponseMessage(status) { Content = new StringContent($$"""{"detail":"{{detail}}"}""", Encoding.UTF8, "application/problem+json") };
        using var limiter = Limiter();
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => AskAsync(limiter, "api_heavy", LimitCommand.Access));
        Assert.Contains(detail, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_client_cannot_mean_is_refused_before_the_node_is_asked()
    {
        using var limiter = Limiter();
        await Assert.ThrowsAsync<ArgumentException>(() => AskAsync(limiter, "login", account: new string('a', 300)));
        await Assert.ThrowsAsync<InvalidOperationException>(() => AskAsync(limiter, "unheard_of"));
        Assert.Equal(0, _node.Asked);
    }

    [Fact]
    public void A_missing_token_is_refused_at_once() =>
        Assert.Throws<InvalidOperationException>(() => new NodeDeviceLimiter(new NodeLimiterOptions(), _time));

    [Fact]
    public async Task A_throttle_that_cannot_be_asked_denies_and_invents_no_time()
    {
        _node.Answer = _ => throw new HttpRequestException("refused");
        using var limiter = Limiter();
        Assert.Equal(
            ThrottleResult.Unavailable, await limiter.ConsumeAsync(new("signup", 3, 60), "subject", 1, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_real_node_answers_every_command_and_the_throttle()
    {
        using var folder = new TemporaryFolder();
        var options = new ActorFingerprintOptions
        {
            Node = new NodeOptions { Folder = folder.Path },
            Limiter = new LimiterOptions { Enabled = true, Shards = 2 },
        };
        await using var service = LimiterService.Start(options, new InMemoryJournal(keepEvents: true), TimeProvider.System)!;
        await using var host = await ApiHost.StartAsync(arrange: engine => engine.Limiter = service);
        using var limiter = new NodeDeviceLimiter(new() { Address = host.Client.BaseAddress!, Token = host.Token }, TimeProvider.System);

        Assert.Equal(LimitDecision.Allow, (await AskAsync(limiter, "login")).Decision);
        Assert.Equal(LimitDecision.Allow, (await AskAsync(limiter, "login", LimitCommand.Failure)).Decision);
        var soft = await AskAsync(limiter, "login", LimitCommand.Failure);
        Assert.Equal((LimitDecision.SoftBlock, 1, 15L, LimitReasons.Score), (soft.Decision, soft.Level, soft.RetryAfterSeconds, soft.Reasons));
        Assert.Equal(LimitDecision.Allow, (await AskAsync(limiter, "login", LimitCommand.Success)).Decision);
        Assert.Equal(LimitDecision.Allow, (await AskAsync(limiter, "api_heavy", LimitCommand.Access)).Decision);
        var rule = new ThrottleRule("signup", 1, 60);
        Assert.True((await limiter.ConsumeAsync(rule, "subject", 1, TestContext.Current.CancellationToken)).Allowed);
        var denied = await limiter.ConsumeAsync(rule, "subject", 1, TestContext.Current.CancellationToken);
        Assert.False(denied.Allowed);
        Assert.InRange(denied.RetryAfterSeconds, 50, 60);
    }

    private static HttpResponseMessage Allow() => new(HttpStatusCode.OK)
    {
        Content = new StringContent(
            """{"decision":"ALLOW","level":0,"retryAfter":0,"mode":"NORMAL","reasons":[],"ephemeral":false,"confidence":"LOW"}""",
            Encoding.UTF8, "application/json"),
    };

    private static Task<LimitResult> AskAsync(
        NodeDeviceLimiter limiter, string policy, LimitCommand command = LimitCommand.Check, string account = "blind") =>
        limiter.DecideAsync(new DeviceLimitQuestion
        {
            Command = command,
            Policy = policy,
            Address = IPAddress.Parse("198.51.100.7"),
            AccountId = account,
            Signals = new DeviceSignals { UserAgent = "Mozilla/5.0 Firefox/140.0" },
        }, TestContext.Current.CancellationToken).AsTask();

    private NodeDeviceLimiter Limiter() => new(new NodeLimiterOptions { Token = "0123456789abcdef0123456789" }, _time, _node);

    private sealed class StubHandler : HttpMessageHandler
    {
        public Func<HttpRequestMessage, HttpResponseMessage> Answer { get; set; } = _ => Allow();

        public bool Hangs { get; set; }

        public int Asked { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked++;
            if (Hangs) await Task.Delay(Timeout.Infinite, cancellationToken);
            return Answer(request);
        }
    }
}
