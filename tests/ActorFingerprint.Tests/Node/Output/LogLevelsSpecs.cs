using ActorFingerprint.Node.Output;
using ActorFingerprint.Tests.Engine;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ActorFingerprint.Tests.Node.Output;

public sealed class LogLevelsSpecs : IDisposable
{
    private const string Captures = "ActorFingerprint.Node.Hosting.CaptureController";
    private readonly ManualTimeProvider _time = new();
    private readonly LogLevels _levels;

    public LogLevelsSpecs() => _levels = new LogLevels(LogLevel.Information, _time);

    public void Dispose() => _levels.Dispose();

    [Fact]
    public void Loggers_made_before_follow_a_change_at_once()
    {
        var output = new StringWriter { NewLine = "\n" };
        using var logging = LoggerFactory.Create(logs => logs.SetMinimumLevel(LogLevel.Trace).AddProvider(new LineLoggerProvider(output, _levels, _time)));
        var log = logging.CreateLogger(Captures);
#pragma warning disable CA1848, CA2254 // the generated form would hide what is tested
        log.LogDebug("one");
        Assert.True(_levels.TrySet(LogLevels.Default, LogLevel.Debug, null, out _));
        log.LogDebug("two");
        Assert.True(_levels.TrySet(LogLevels.Default, null, null, out _));
        log.LogDebug("three");
#pragma warning restore CA1848, CA2254
        Assert.Equal("2026-01-01T00:00:00.000Z dbug 0 CaptureController two\n", output.ToString());
    }

    [Fact]
    public void A_level_that_was_set_for_a_time_goes_back_when_it_is_over()
    {
        var gate = _levels.GateOf(Captures);
        Assert.True(_levels.TrySet("CaptureController", LogLevel.Trace, TimeSpan.FromMinutes(10), out _));
        Assert.True(gate.Allows(LogLevel.Trace));
        Assert.Equal(_time.GetUtcNow().AddMinutes(10), _levels.Find("CaptureController")!.Until);
        _time.Advance(TimeSpan.FromMinutes(9));
        Assert.True(gate.Allows(LogLevel.Trace));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.False(gate.Allows(LogLevel.Debug));
        Assert.Null(_levels.Find("CaptureController"));
    }

    [Fact]
    public void A_level_that_is_set_again_is_not_taken_back_by_the_time_of_the_first()
    {
        var gate = _levels.GateOf(Captures);
        Assert.True(_levels.TrySet(Captures, LogLevel.Trace, TimeSpan.FromMinutes(1), out _));
        Assert.True(_levels.TrySet(Captures, LogLevel.Debug, null, out _));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.True(gate.Allows(LogLevel.Debug));
        Assert.False(gate.Allows(LogLevel.Trace));
    }

    [Fact]
    public void The_rule_that_names_a_category_best_holds()
    {
        Assert.True(_levels.TrySet("ActorFingerprint", LogLevel.Warning, null, out _));
        Assert.True(_levels.TrySet("ActorFingerprint.Node.Hosting", LogLevel.Error, null, out _));
        Assert.True(_levels.TrySet("EventHub", LogLevel.Debug, null, out _));
        Assert.True(_levels.GateOf("ActorFingerprint.Node.Http.RefusalLog").Allows(LogLevel.Warning));
        Assert.False(_levels.GateOf(Captures).Allows(LogLevel.Warning));
        Assert.True(_levels.GateOf("ActorFingerprint.Node.Http.EventHub").Allows(LogLevel.Debug));
        Assert.True(_levels.GateOf("ActorFingerprintOther").Allows(LogLevel.Information)); // a name ends at a point
        Assert.True(_levels.GateOf("AnEventHub").Allows(LogLevel.Information));
        Assert.False(_levels.GateOf("AnEventHub").Allows(LogLevel.Debug));
    }

    [Fact]
    public void The_platform_says_less_than_the_node_and_the_default_does_not_change_that()
    {
        Assert.True(_levels.TrySet(LogLevels.Default, LogLevel.Trace, null, out _));
        Assert.False(_levels.GateOf("Microsoft.AspNetCore.Server.Kestrel").Allows(LogLevel.Information));
        Assert.False(_levels.GateOf("Microsoft.Extensions.Hosting.Internal.Host").Allows(LogLevel.Critical));
        Assert.True(_levels.TrySet("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Debug, null, out _));
        Assert.True(_levels.GateOf("Microsoft.AspNetCore.Server.Kestrel").Allows(LogLevel.Debug));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a\n")]
    [InlineData("<script>")]
    public void What_is_no_category_is_refused(string category)
    {
        Assert.False(_levels.TrySet(category, LogLevel.Debug, null, out var problem));
        Assert.StartsWith("category is", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Times_and_the_number_of_rules_are_bounded()
    {
        Assert.False(_levels.TrySet("a", LogLevel.Debug, TimeSpan.Zero, out _));
        Assert.False(_levels.TrySet("a", LogLevel.Debug, TimeSpan.FromDays(8), out _));
        Assert.False(_levels.TrySet(new string('a', LogLevels.MaxCategory + 1), LogLevel.Debug, null, out _));
        for (var i = 0; i < LogLevels.MaxOverrides; i++) Assert.True(_levels.TrySet($"c{i}", LogLevel.Debug, null, out _));
        Assert.False(_levels.TrySet("more", LogLevel.Debug, null, out var problem));
        Assert.Contains("take one back first", problem, StringComparison.Ordinal);
        Assert.True(_levels.TrySet("c1", LogLevel.Trace, null, out _));
        Assert.True(_levels.TrySet("c1", null, null, out _));
        Assert.True(_levels.TrySet("more", LogLevel.Debug, null, out _));
    }
}
