using ActorFingerprint.Core.Net;
using ActorFingerprint.Engine.Streams;
using ActorFingerprint.Protocols;
using Xunit;

namespace ActorFingerprint.Tests.Engine.Streams;

public sealed class FloodSamplerSpecs
{
    private const int Rate = 1000;

    private static readonly long Start = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc).Ticks;

    [Fact]
    public void Up_to_the_rate_everything_passes_second_after_second()
    {
        var sampler = new FloodSampler(Rate);
        for (var second = 0; second < 5; second++)
            for (var n = 0; n < Rate; n++)
                Assert.True(sampler.Passes(Packet(device: 1, flow: (uint)(second * Rate + n), second, n / (double)Rate)));
    }

    [Fact]
    public void A_device_that_floods_is_thinned_out_and_the_first_messages_of_the_others_all_pass()
    {
        var sampler = new FloodSampler(Rate);
        var loud = 0;
        for (var second = 0; second < 3; second++)
            for (var n = 0; n < 50_000; n++)
            {
                if (sampler.Passes(Packet(device: 1, flow: (uint)(second * 100_000 + n), second, n / 50_000.0))) loud++;
                if (n % 2500 == 0) // 20 quiet devices, up to the end of the second
                    for (var m = 0; m < FloodSampler.PerDevice; m++)
                        Assert.True(sampler.Passes(Packet(device: 2 + n / 2500, flow: (uint)(9_000_000 + second * 1000 + n / 2500 * 10 + m), second, n / 50_000.0)));
            }
        Assert.InRange(loud, 2 * Rate, 3 * 3 * Rate);
    }

    [Fact]
    public void A_flood_of_made_up_devices_passes_at_most_three_times_the_rate()
    {
        var sampler = new FloodSampler(Rate);
        for (var second = 0; second < 3; second++)
        {
            var passed = 0;
            for (var n = 0; n < 200_000; n++)
                if (sampler.Passes(Packet(device: 10 + second * 200_000 + n, flow: Scattered(second * 200_000 + n), second, n / 200_000.0))) passed++;
            Assert.InRange(passed, Rate, 3 * Rate + Rate / 5); // a few take a flow that has passed for theirs
        }
    }

    [Theory]
    [InlineData(Interest.Dhcp)]
    [InlineData(Interest.Dhcpv6)]
    public void Dhcp_always_passes_and_does_not_count(Interest interest)
    {
        var sampler = new FloodSampler(1);
        for (var n = 0; n < 10_000; n++) Assert.True(sampler.Passes(Packet(device: 1, flow: (uint)n, 0, 0, interest)));
        Assert.True(sampler.Passes(Packet(device: 1, flow: 77_777, 0, 0)));
    }

    [Fact]
    public void A_flow_that_has_passed_goes_on_into_the_next_second_so_that_hellos_stay_whole_but_not_for_ever()
    {
        var sampler = new FloodSampler(1);
        Assert.True(sampler.Passes(Packet(device: 1, flow: 5, 0, 0.9)));
        for (var n = 0; n < 100; n++) sampler.Passes(Packet(device: 1, flow: Scattered(n), 0, 0.95));
        for (var n = 1; n < 10; n++) Assert.True(sampler.Passes(Packet(device: 1, flow: 5, 1, 0.1)));
        var further = 0;
        for (var n = 0; n < 100_000; n++)
            if (sampler.Passes(Packet(device: 1, flow: 5, 1, 0.5))) further++;
        Assert.True(further < 50_000, $"{further} packets of one flow in a second");
    }

    [Fact]
    public void Equal_packets_have_equal_fates()
    {
        var (one, other) = (new FloodSampler(10), new FloodSampler(10));
        for (var n = 0; n < 20_000; n++)
        {
            var packet = Packet(device: n % 7, flow: Scattered(n), n / 5000, 0);
            Assert.Equal(one.Passes(packet), other.Passes(packet));
        }
    }

    [Fact]
    public void Frame_time_that_steps_back_begins_no_new_second()
    {
        var sampler = new FloodSampler(1);
        var passed = 0;
        for (var n = 0; n < 10_000; n++)
            if (sampler.Passes(Packet(device: 1, flow: Scattered(n), n % 2 == 0 ? 10 : 9, 0))) passed++;
        Assert.InRange(passed, 1, 100);
    }

    [Fact]
    public void A_clock_that_is_set_back_an_hour_begins_anew_and_every_second_has_its_rate_again()
    {
        var sampler = new FloodSampler(Rate);
        for (var n = 0; n < 50_000; n++) sampler.Passes(Packet(device: 1, flow: Scattered(n), second: 0, n / 50_000.0));
        for (var second = -3600; second < -3590; second++)
            for (var n = 0; n < Rate; n++)
                Assert.True(sampler.Passes(Packet(device: 1, flow: Scattered(100_000 + (3600 + second) * Rate + n), second, n / (double)Rate)));
    }

    private static uint Scattered(int n) => (uint)(n * 2654435761);

    private static PacketHeader Packet(int device, uint flow, int second, double fraction, Interest interest = Interest.TcpStream) => new()
    {
        Interest = interest,
        AtTicks = Start + second * TimeSpan.TicksPerSecond + (long)(fraction * TimeSpan.TicksPerSecond),
        SourceMac = new MacAddress(0x0200_0000_0000 + (ulong)device),
        Source = NetworkAddress.V4(0x0A000000 + (uint)device),
        FlowHash = flow,
    };
}
