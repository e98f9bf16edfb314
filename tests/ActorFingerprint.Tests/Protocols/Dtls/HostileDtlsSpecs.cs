using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Dtls;
using Xunit;

namespace ActorFingerprint.Tests.Protocols.Dtls;

/// <summary>No bytes make the stage throw, and its state stays within its limits.</summary>
public sealed class HostileDtlsSpecs
{
    private static readonly DtlsLimits Tight = new() { MaxAssemblies = 8, MaxBytes = 32 * 1024, MaxRememberedFlows = 16 };

    [Fact]
    public void Random_bytes_behind_a_record_header_never_throw_and_give_nothing()
    {
        var probe = new StageProbe(new DtlsStage("lab", Tight));
        var random = new Random(3);
        for (var i = 0; i < 20000; i++)
        {
            var bytes = new byte[random.Next(1, 200)];
            random.NextBytes(bytes);
            byte[] message = [(byte)random.Next(1, 3), 0, 0, (byte)random.Next(200)];
            byte[] start = [22, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte)random.Next(200), .. message];
            start.AsSpan(0, Math.Min(bytes.Length, random.Next(start.Length + 1))).CopyTo(bytes);
            probe.Send(0, bytes, (ushort)random.Next(100));
        }
        Assert.Empty(probe.Found);
        Assert.Contains(Malformed.DtlsRecord, probe.Faults);
    }

    [Fact]
    public void Mutated_fragments_in_any_order_never_throw()
    {
        var probe = new StageProbe(new DtlsStage("lab", Tight));
        for (var seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            var body = DtlsBytes.ClientHello(padding: random.Next(500), seed: (byte)seed);
            for (var i = random.Next(1, 6); i > 0; i--)
            {
                var offset = random.Next(body.Length);
                var datagram = random.Next(8) == 0
                    ? DtlsBytes.Whole(1, body)
                    : DtlsBytes.Part(body, offset, random.Next(body.Length - offset + 1), (ushort)random.Next(3), (byte)random.Next(4));
                for (var flips = random.Next(3); flips > 0; flips--) datagram[random.Next(datagram.Length)] ^= (byte)(1 << random.Next(8));
                if (random.Next(5) == 0) datagram = datagram[..random.Next(datagram.Length)];
                probe.Send(0, datagram, (ushort)random.Next(40));
            }
            probe.AtTicks += random.Next(3) * TimeSpan.TicksPerSecond * (random.Next(50) == 0 ? -100 : 1);
            if (random.Next(10) == 0) probe.Stage.Advance(probe.AtTicks);
        }
        Assert.NotEmpty(probe.Found);
        Assert.NotEmpty(probe.Evictions);
    }

    [Fact]
    public void Flood_of_first_fragments_stays_within_the_limits()
    {
        var probe = new StageProbe(new DtlsStage("lab", Tight));
        var body = DtlsBytes.ClientHello(padding: 400);
        for (var i = 0; i < 1000; i++) probe.Send(0, DtlsBytes.Part(body, 0, 200), (ushort)i);
        Assert.Equal(1000 - Tight.MaxAssemblies, probe.Evictions.Count(limit => limit == StateLimit.Flows));
        Assert.Equal(1000 - Tight.MaxAssemblies + 1, probe.Stage.OldestOpenFrame);
    }

    [Fact]
    public void Buffers_stay_within_their_bytes()
    {
        var probe = new StageProbe(new DtlsStage("lab", Tight));
        var body = DtlsBytes.ClientHello(padding: 40000);
        for (var i = 0; i < 4; i++) probe.Send(0, DtlsBytes.Part(body, 0, 14000), (ushort)i);
        Assert.Equal([StateLimit.Bytes, StateLimit.Bytes], probe.Evictions);
    }

    [Fact]
    public void Announced_length_above_the_limit_is_counted_and_costs_nothing()
    {
        var probe = new StageProbe(new DtlsStage("lab", Tight));
        probe.Send(0, DtlsBytes.Record([1, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 3]));
        Assert.Equal([Malformed.TlsHelloTooLarge], probe.Faults);
        Assert.Equal(long.MaxValue, probe.Stage.OldestOpenFrame);
    }
}
