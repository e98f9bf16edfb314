using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Quic;
using ActorFingerprint.Tests.Protocols.Tls;
using ActorFingerprint.Tools.FrameGenerator.Quic;
using Xunit;

namespace ActorFingerprint.Tests.Protocols.Quic;

/// <summary>No bytes make the stage throw, and its state stays within its limits.</summary>
public sealed class HostileQuicSpecs
{
    private static readonly QuicLimits Tight = new() { MaxAssemblies = 8, MaxBytes = 32 * 1024, MaxRememberedFlows = 16, MaxAttempts = 8 };

    [Fact]
    public void Random_bytes_behind_a_long_header_never_throw()
    {
        var talk = new QuicTalk(limits: Tight);
        var random = new Random(11);
        uint[] versions = [1, 0x6b3343cf, 0xff00001d, 0x54303531, 0xfaceb002, 0x12345678, 0];
        for (var i = 0; i < 20000; i++)
        {
            var bytes = new byte[random.Next(1, 300)];
            random.NextBytes(bytes);
            bytes[0] |= 0x80;
            if (bytes.Length > 6 && random.Next(8) != 0)
            {
                var version = versions[random.Next(versions.Length)];
                for (var at = 0; at < 4; at++) bytes[1 + at] = (byte)(version >> (24 - 8 * at));
                bytes[5] = (byte)random.Next(21);
            }
            talk.Port = (ushort)random.Next(300);
            if (random.Next(2) == 0) talk.Send(bytes);
            else talk.Answer(bytes);
        }
        Assert.Empty(talk.Probe.Found);
    }

    [Fact]
    public void Mutated_and_cut_packets_never_throw()
    {
        for (var seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            var talk = new QuicTalk(limits: Tight) { Port = (ushort)seed };
            var datagram = talk.FromClient(talk.Crypto(0, QuicTalk.Hello()), QuicFrames.Ping);
            for (var i = random.Next(4); i > 0; i--) datagram[random.Next(Math.Min(datagram.Length, 60))] ^= (byte)(1 << random.Next(8));
            if (random.Next(3) == 0) datagram = datagram[..random.Next(datagram.Length)];
            talk.Send(datagram).Send(datagram).Answer(datagram);
        }
    }

    /// <summary>Whoever seals a packet may put any frames into it.</summary>
    [Fact]
    public void Sealed_packets_with_any_frames_never_throw()
    {
        var talk = new QuicTalk(limits: Tight);
        for (var seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            talk.Port = (ushort)random.Next(40);
            talk.KeyId = talk.Destination = [.. QuicTalk.FirstId, (byte)random.Next(3)];
            var frames = new List<byte>();
            for (var i = random.Next(1, 12); i > 0; i--)
            {
                var data = new byte[random.Next(80)];
                random.NextBytes(data);
                frames.AddRange(random.Next(6) switch
                {
                    0 => data,
                    1 => talk.Crypto(random.Next(100), QuicTalk.Hello(seed: (byte)seed).AsSpan(0, random.Next(1, 150))),
                    2 => [0x06, .. QuicFrames.Varint((ulong)random.NextInt64(1L << 62)), .. QuicFrames.Varint((ulong)data.Length), .. data],
                    3 => [0x06, .. QuicFrames.Varint((ulong)random.Next(140000)), .. QuicFrames.Varint((ulong)data.Length), .. data],
                    4 => [0x02, .. data],
                    _ => talk.Crypto(0, [1, .. data]),
                });
            }
            if (random.Next(3) == 0) talk.Answer(talk.FromServer([.. frames]));
            else talk.Send(talk.FromClient([.. frames]));
            talk.Probe.AtTicks += random.Next(3) * TimeSpan.TicksPerSecond * (random.Next(50) == 0 ? -100 : 1);
            if (random.Next(10) == 0) talk.Probe.Stage.Advance(talk.Probe.AtTicks);
        }
        Assert.NotEmpty(talk.Probe.Evictions);
    }

    [Fact]
    public void Datagram_full_of_tiny_packets_costs_no_more_than_the_attempts_of_its_flow()
    {
        var talk = new QuicTalk(limits: Tight);
        byte[] tiny = [0xC0, 0, 0, 0, 1, 8, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 20, .. new byte[20]];
        talk.Send([.. Enumerable.Repeat(tiny, 1700)]);
        Assert.Equal(Tight.MaxAttempts, talk.Probe.Faults.Count);
    }

    [Fact]
    public void Hello_of_the_largest_size_that_is_read_comes_through_and_one_byte_more_does_not()
    {
        var padding = 60 * 1024 - QuicTalk.Hello(padding: 1).Length + 1;
        Assert.Single(Run(padding).Found);
        Assert.Contains(Malformed.TlsHelloTooLarge, Run(padding + 1).Faults);

        static StageProbe Run(int padding)
        {
            var talk = new QuicTalk();
            var hello = QuicTalk.Hello(padding: padding);
            for (var at = 0; at < hello.Length; at += 1100)
                talk.Send(talk.FromClient(talk.Crypto(at, hello.AsSpan(at, Math.Min(1100, hello.Length - at)))));
            return talk.Probe;
        }
    }

    [Fact]
    public void Flood_of_flows_stays_within_the_limits()
    {
        var talk = new QuicTalk(limits: Tight);
        for (var i = 0; i < 2000; i++)
        {
            talk.Port = (ushort)i;
            talk.KeyId = talk.Destination = [1, 2, 3, 4, 5, 6, (byte)(i >> 8), (byte)i];
            var hello = QuicTalk.Hello(seed: (byte)i);
            talk.Send(talk.FromClient(talk.Crypto(0, i % 2 == 0 ? hello : hello.AsSpan(0, 100))));
        }
        Assert.Equal(1000, talk.ClientHellos.Count);
        var evicted = talk.Probe.Evictions.Count(limit => limit == StateLimit.Flows);
        Assert.Equal(1000 - Tight.MaxAssemblies + 2000 / Tight.MaxRememberedFlows - 2, evicted);
        Assert.True(talk.Probe.Stage.OldestOpenFrame > 2000 - 3 * Tight.MaxRememberedFlows);
    }
}
