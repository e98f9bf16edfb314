using ActorFingerprint.Core.Observations;
using ActorFingerprint.Engine;
using ActorFingerprint.Engine.Streams;
using ActorFingerprint.Protocols;
using ActorFingerprint.Tests.Protocols.Network;
using ActorFingerprint.Tests.Protocols.Tls;
using Xunit;

namespace ActorFingerprint.Tests.Engine.Streams;

/// <summary>Sampling as a whole stream does it: of live sources alone.</summary>
public sealed class SamplingSpecs
{
    private const int Hellos = 3000;

    private static readonly Lazy<IReadOnlyList<MemoryFrame>> Flood = new(Make);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_live_source_above_the_rate_is_sampled_and_counted(int lanes)
    {
        var (observations, counters) = await RunAsync(isLossless: false, rate: 100, lanes);
        Assert.Equal(Hellos, observations + counters.SampledOut);
        Assert.InRange(observations, 100, 400);
        Assert.Equal(Hellos, counters.Frames);
        Assert.Equal(observations, counters.Interesting);
    }

    [Fact]
    public async Task A_file_never_is_and_rate_0_samples_nothing()
    {
        foreach (var (isLossless, rate) in new[] { (true, 100), (false, 0), (false, 1_000_000) })
        {
            var (observations, counters) = await RunAsync(isLossless, rate, lanes: 2);
            Assert.Equal((Hellos, 0), (observations, counters.SampledOut));
        }
    }

    [Fact]
    public async Task The_sample_does_not_depend_on_the_lanes() =>
        Assert.Equal((await RunAsync(false, 50, 1)).Observations, (await RunAsync(false, 50, 4)).Observations);

    private static async Task<(int Observations, StreamCounters Counters)> RunAsync(bool isLossless, int rate, int lanes)
    {
        var counters = new StreamCounters();
        var options = new StreamOptions { Lanes = lanes, MaxHelloRate = rate };
        var pipeline = new CapturePipeline(options, new ProtocolOptions(), EngineScheduler.Default, TimeProvider.System, counters);
        var counted = new CountedObservations<Observation>();
        await pipeline.RunAsync(new MemoryCaptureSource("live:test", Flood.Value, 64) { IsLossless = isLossless }, null, 0, counted, TestContext.Current.CancellationToken);
        return (counted.Count, counters);
    }

    /// <summary>One hello a connection, all within a second.</summary>
    private static MemoryFrame[] Make()
    {
        var hello = TlsBytes.Records(TlsBytes.ClientHello("flood.example"));
        var at = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc).Ticks;
        return [.. Enumerable.Range(0, Hellos).Select(n => new MemoryFrame(at + n * 1000L, Wire.TcpFrame(hello, source: 10_000 + n)))];
    }
}
