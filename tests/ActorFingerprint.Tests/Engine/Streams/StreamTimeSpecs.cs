using ActorFingerprint.Core.Observations;
using ActorFingerprint.Engine;
using ActorFingerprint.Engine.Streams;
using ActorFingerprint.Protocols;
using ActorFingerprint.Tests.Protocols.Network;
using ActorFingerprint.Tests.Protocols.Tls;
using Xunit;

namespace ActorFingerprint.Tests.Engine.Streams;

/// <summary>Frame times that jump: state ages by the frames at hand.</summary>
public sealed class StreamTimeSpecs
{
    private const int Hellos = 50;

    private static readonly long Noon = new DateTime(2026, 1, 2, 12, 0, 0, DateTimeKind.Utc).Ticks;

    [Theory]
    [InlineData(new long[] { 0, 10, 5, 10 }, 10, 10)]
    [InlineData(new long[] { 100, 40 }, 100, 100)] // a minute of disorder is ordinary
    [InlineData(new long[] { 100, 39 }, 100, 39)]
    [InlineData(new long[] { 100, 9000, 101 }, 9000, 101)] // one frame from the future
    [InlineData(new long[] { 9000, 100, 160, 200 }, 9000, 200)]
    public void Time_goes_on_with_the_frames_and_back_by_more_than_a_minute_only(long[] seconds, long highest, long current)
    {
        var time = new StreamTime(0);
        foreach (var second in seconds) time.See(second * TimeSpan.TicksPerSecond);
        Assert.Equal((highest, current), (time.Highest / TimeSpan.TicksPerSecond, time.Current / TimeSpan.TicksPerSecond));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(200, 1)]
    [InlineData(200, 3)]
    [InlineData(86_400, 1)]
    [InlineData(86_400, 3)]
    public async Task One_frame_ahead_of_its_time_costs_no_hello_in_two_blocks(int secondsAhead, int lanes)
    {
        var hello = TlsBytes.Records(TlsBytes.ClientHello("split.example"));
        MemoryFrame Part(int n, byte[] part, long sequence) => new(Noon + n, Wire.TcpFrame(part, source: 10_000 + n, sequence: sequence));
        MemoryFrame[] frames =
        [
            new(Noon + secondsAhead * TimeSpan.TicksPerSecond, Wire.TcpFrame(hello, source: 9_999)),
            .. Enumerable.Range(0, Hellos).Select(n => Part(n, hello[..100], 1000)),
            .. Enumerable.Range(0, Hellos).Select(n => Part(n, hello[100..], 1100)),
        ];
        Assert.Equal(Hellos + 1, await CountAsync<ClientHelloObservation>(frames, lanes));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Captures_read_in_another_order_than_they_were_made_find_the_same(int lanes)
    {
        var hello = TlsBytes.Records(TlsBytes.ClientHello("twice.example"));
        MemoryFrame[] Capture(long at) =>
            [.. Enumerable.Range(0, 200).Select(n => new MemoryFrame(at + n / 2, Wire.TcpFrame(n % 2 == 0 ? hello[..100] : hello[100..], 10_000 + n / 2, sequence: n % 2 == 0 ? 1000 : 1100)))];
        MemoryFrame[] later = Capture(Noon + TimeSpan.TicksPerHour), earlier = Capture(Noon);
        Assert.Equal(200, await CountAsync<ClientHelloObservation>([.. earlier, .. later], lanes));
        Assert.Equal(200, await CountAsync<ClientHelloObservation>([.. later, .. earlier], lanes));
    }

    private static async Task<int> CountAsync<T>(MemoryFrame[] frames, int lanes)
        where T : Observation
    {
        var pipeline = new CapturePipeline(new StreamOptions { Lanes = lanes }, new ProtocolOptions(), EngineScheduler.Default, TimeProvider.System, new StreamCounters());
        var found = new CountedObservations<T>();
        await pipeline.RunAsync(new MemoryCaptureSource("file:test", frames), null, 0, found, TestContext.Current.CancellationToken);
        return found.Count;
    }
}
