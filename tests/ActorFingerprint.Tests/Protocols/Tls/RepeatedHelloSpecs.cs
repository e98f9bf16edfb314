using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Tcp;
using ActorFingerprint.Protocols.Tls;
using Xunit;

namespace ActorFingerprint.Tests.Protocols.Tls;

/// <summary>A byte-identical hello in the same direction within 60 s of the last copy is the same observation.</summary>
public sealed class RepeatedHelloSpecs
{
    private static readonly byte[] Hello = TlsBytes.Records(TlsBytes.ClientHello());

    [Theory]
    [InlineData(0, 1)]
    [InlineData(60, 1)]
    [InlineData(61, 2)]
    [InlineData(130, 2)]
    public void A_copy_counts_again_only_after_sixty_seconds(int seconds, int observations)
    {
        for (var second = 0; second < 60; second += 13)
        {
            var probe = NewProbe(second).Send(1, Hello);
            probe.AtTicks += seconds * TimeSpan.TicksPerSecond;
            probe.Send(1, Hello);
            Assert.Equal(observations, probe.Found.Count);
        }
    }

    [Fact]
    public void Every_copy_restarts_the_sixty_seconds()
    {
        var probe = NewProbe(0);
        for (var i = 0; i < 10; i++)
        {
            probe.Send(1, Hello);
            probe.AtTicks += 50 * TimeSpan.TicksPerSecond;
        }
        Assert.Single(probe.Found);
    }

    [Fact]
    public void Copies_of_both_hellos_of_a_direction_are_recognised_in_turn()
    {
        var second = TlsBytes.Records(TlsBytes.ClientHello(seed: 2));
        var probe = NewProbe(0);
        for (var i = 0; i < 4; i++) probe.Send(1, Hello).Send(600, second);
        Assert.Equal(2, probe.Found.Count);
    }

    [Fact]
    public void A_copy_in_other_segments_and_records_is_still_the_same()
    {
        var records = TlsBytes.Records(TlsBytes.ClientHello(), 50);
        var probe = NewProbe(0).Send(1, Hello).Send(1, Hello[..40]).Send(41, Hello[40..]).Send(5000, records);
        Assert.Single(probe.Found);
    }

    [Fact]
    public void A_repeat_in_one_segment_costs_no_memory()
    {
        var probe = NewProbe(0).Send(1, Hello).Send(1, Hello);
        var packet = StageProbe.FromClient();
        packet.AtTicks = probe.AtTicks;
        Assert.Equal(0, Allocations.Of(() =>
        {
            for (var i = 0; i < 100; i++) probe.Stage.Parse(in packet, Hello, probe);
        }));
        Assert.Single(probe.Found);
    }

    [Fact]
    public void The_oldest_open_frame_covers_what_is_remembered_and_is_given_up_with_it()
    {
        var probe = NewProbe(0).Send(1, [1, 2, 3], port: 1).Send(1, Hello);
        Assert.True(probe.Stage.OldestOpenFrame <= 2);
        probe.Stage.Advance(probe.AtTicks + 3 * TimeSpan.TicksPerMinute);
        Assert.Equal(long.MaxValue, probe.Stage.OldestOpenFrame);
    }

    [Fact]
    public void Beyond_the_remembered_directions_the_older_half_is_forgotten_and_reported()
    {
        var probe = StageProbe.OfTls(new ReassemblyLimits { MaxRememberedStreams = 8 });
        for (ushort port = 1; port <= 17; port++) probe.Send(1, Hello, port);
        Assert.Equal([StateLimit.Flows], probe.Evictions);
        probe.Send(1, Hello, port: 17).Send(1, Hello, port: 10);
        Assert.Equal(17, probe.Found.Count);
        probe.Send(1, Hello, port: 1);
        Assert.Equal(18, probe.Found.Count);
    }

    private static StageProbe NewProbe(int second)
    {
        var probe = StageProbe.OfTls();
        probe.AtTicks = new DateTime(2026, 11, 22, 10, 0, second, DateTimeKind.Utc).Ticks;
        return probe;
    }
}
