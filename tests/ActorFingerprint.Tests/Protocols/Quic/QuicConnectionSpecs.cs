using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Quic;
using ActorFingerprint.Tests.Protocols.Tls;
using ActorFingerprint.Tools.FrameGenerator.Quic;
using Xunit;

namespace ActorFingerprint.Tests.Protocols.Quic;

/// <summary>Which keys a packet is opened with, what is one connection, and when a flow is left alone.</summary>
public sealed class QuicConnectionSpecs
{
    private static readonly byte[] OtherId = [9, 9, 9, 9, 8, 8, 8, 8, 7];

    [Fact]
    public void Later_packets_keep_the_keys_of_the_first_id()
    {
        var talk = new QuicTalk();
        var hello = QuicTalk.Hello(padding: 1500);
        talk.Send(talk.FromClient(talk.Crypto(0, hello.AsSpan(0, 1000))));
        talk.Answer(talk.FromServer(QuicFrames.Ack()));
        talk.Destination = QuicTalk.ServerId;
        talk.Send(talk.FromClient(talk.Crypto(1000, hello.AsSpan(1000))));
        talk.Answer(talk.FromServer(talk.Crypto(0, TlsBytes.ServerHello())));
        Assert.Equal(["client_hello", "server_hello"], talk.Probe.Found.Select(o => o.Event));
        Assert.Empty(talk.Probe.Faults);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(20)]
    public void After_a_retry_the_keys_come_from_the_servers_id_and_the_hello_counts_once(int idLength)
    {
        var talk = new QuicTalk();
        talk.Send(talk.FromClient(talk.Crypto(0, QuicTalk.Hello())));
        var retryId = Enumerable.Repeat((byte)0x77, idLength).ToArray();
        talk.Answer(talk.Packets.Retry(QuicTalk.ClientId, retryId, [1, 2, 3], new byte[16]));
        (talk.KeyId, talk.Destination, talk.Token) = (retryId, retryId, [1, 2, 3]);
        talk.Send(talk.FromClient(talk.Crypto(0, QuicTalk.Hello())));
        talk.Answer(talk.FromServer(talk.Crypto(0, TlsBytes.ServerHello())));
        Assert.Equal(["client_hello", "server_hello"], talk.Probe.Found.Select(o => o.Event));
        Assert.Empty(talk.Probe.Faults);
    }

    [Fact]
    public void After_a_retry_a_hello_of_two_packets_starts_over()
    {
        var talk = new QuicTalk();
        var hello = QuicTalk.Hello(padding: 1500);
        talk.Send(talk.FromClient(talk.Crypto(0, hello.AsSpan(0, 1000))));
        (talk.KeyId, talk.Destination, talk.Token) = (OtherId, OtherId, [1]);
        talk.Send(talk.FromClient(talk.Crypto(1000, hello.AsSpan(1000))));
        Assert.Empty(talk.Probe.Found);
        talk.Send(talk.FromClient(talk.Crypto(0, hello.AsSpan(0, 1000))));
        Assert.Single(talk.ClientHellos);
    }

    [Fact]
    public void Version_that_only_provokes_a_negotiation_leaves_nothing_behind()
    {
        var talk = new QuicTalk { Version = 0x1a2a3a4a };
        talk.Send(talk.FromClient(talk.Crypto(0, QuicTalk.Hello("refused.example"))));
        talk.Answer(QuicPackets.VersionNegotiation(QuicTalk.ClientId, QuicTalk.FirstId, 1));
        talk.Version = null;
        talk.Send(talk.FromClient(talk.Crypto(0, QuicTalk.Hello())));
        Assert.Equal("host.example", Assert.Single(talk.ClientHellos).Sni);
    }

    [Fact]
    public void Refused_version_starts_over_although_the_id_stays()
    {
        var talk = new QuicTalk(QuicDialect.Draft29);
        talk.Send(talk.FromClient(talk.Crypto(0, QuicTalk.Hello("first.example"))));
        talk.Answer(QuicPackets.VersionNegotiation(QuicTalk.ClientId, QuicTalk.FirstId, 1));
        talk.Dialect = QuicDialect.V1;
        talk.Send(talk.FromClient(talk.Crypto(0, QuicTalk.Hello("second.example"))));
        talk.Answer(talk.FromServer(talk.Crypto(0, TlsBytes.ServerHello())));
        Assert.Equal(["first.example", "second.example"], talk.ClientHellos.Select(hello => hello.Sni));
        Assert.Single(talk.ServerHellos);
    }

    [Fact]
    public void Version_may_change_within_a_connection()
    {
        var talk = new QuicTalk();
        var (first, second, retry) = (QuicTalk.Hello(), QuicTalk.Hello(padding: 30), TlsBytes.ServerHello(isRetry: true));
        talk.Send(talk.FromClient(talk.Crypto(0, first)));
        talk.Dialect = QuicDialect.V2;
        talk.Answer(talk.FromServer(talk.Crypto(0, retry)));
        talk.Send(talk.FromClient(talk.Crypto(first.Length, second)));
        talk.Answer(talk.FromServer(talk.Crypto(retry.Length, TlsBytes.ServerHello())));
        Assert.Equal(4, talk.Probe.Found.Count);
        Assert.Equal([0x00000001u, 0x6b3343cfu], talk.Probe.Found.OfType<ClientHelloObservation>().Select(o => o.Quic!.Version));
    }

    [Fact]
    public void Retransmitted_hello_is_one_observation()
    {
        var talk = new QuicTalk();
        for (var i = 0; i < 4; i++) talk.Send(talk.FromClient(talk.Crypto(0, QuicTalk.Hello())));
        Assert.Single(talk.ClientHellos);
        for (var i = 0; i < 2; i++) talk.Answer(talk.FromServer(talk.Crypto(0, TlsBytes.ServerHello())));
        Assert.Equal(2, talk.Probe.Found.Count);
    }

    [Fact]
    public void New_connection_of_the_same_ports_is_read_before_and_after_the_first_is_done()
    {
        var talk = new QuicTalk();
        talk.Send(talk.FromClient(talk.Crypto(0, QuicTalk.Hello("one.example"))));
        (talk.KeyId, talk.Destination) = (OtherId, OtherId);
        talk.Send(talk.FromClient(talk.Crypto(0, QuicTalk.Hello("two.example", seed: 2))));
        talk.Answer(talk.FromServer(talk.Crypto(0, TlsBytes.ServerHello())));
        (talk.KeyId, talk.Destination) = (QuicTalk.FirstId, QuicTalk.FirstId);
        talk.Send(talk.FromClient(talk.Crypto(0, QuicTalk.Hello("three.example", seed: 3))));
        talk.Answer(talk.FromServer(talk.Crypto(0, TlsBytes.ServerHello(seed: 3))));
        Assert.Equal(["one.example", "two.example", "three.example"], talk.ClientHellos.Select(hello => hello.Sni));
        Assert.Equal(2, talk.ServerHellos.Count);
    }

    [Fact]
    public void Connection_is_forgotten_a_minute_after_its_first_packet()
    {
        var talk = new QuicTalk();
        talk.Send(talk.FromClient(talk.Crypto(0, QuicTalk.Hello())));
        talk.Probe.AtTicks += TimeSpan.TicksPerMinute;
        talk.Send(talk.FromClient(talk.Crypto(0, QuicTalk.Hello())));
        Assert.Single(talk.ClientHellos);
        talk.Probe.AtTicks++;
        talk.Send(talk.FromClient(talk.Crypto(0, QuicTalk.Hello())));
        Assert.Equal(2, talk.ClientHellos.Count);
        talk.Probe.AtTicks += 3 * TimeSpan.TicksPerMinute;
        talk.Probe.Stage.Advance(talk.Probe.AtTicks);
        Assert.Equal(long.MaxValue, talk.Probe.Stage.OldestOpenFrame);
    }

    [Fact]
    public void Packets_behind_both_hellos_are_not_opened()
    {
        var talk = new QuicTalk();
        talk.Send(talk.FromClient(talk.Crypto(0, QuicTalk.Hello()))).Answer(talk.FromServer(talk.Crypto(0, TlsBytes.ServerHello())));
        foreach (var destination in (byte[][])[QuicTalk.FirstId, QuicTalk.ServerId])
        {
            talk.Destination = destination;
            var damaged = talk.FromClient(QuicFrames.Ack());
            damaged[^1] ^= 1;
            talk.Send(damaged);
        }
        var answer = talk.FromServer(QuicFrames.Ack());
        answer[^1] ^= 1;
        talk.Answer(answer);
        Assert.Empty(talk.Probe.Faults); // opening them would have failed
    }

    [Fact]
    public void Flow_in_which_too_much_was_tried_is_left_alone()
    {
        var talk = new QuicTalk(limits: new QuicLimits { MaxAttempts = 5 });
        var good = talk.FromClient(talk.Crypto(0, QuicTalk.Hello()));
        var damaged = (byte[])good.Clone();
        damaged[^1] ^= 1;
        for (var i = 0; i < 20; i++) talk.Send(damaged);
        Assert.Equal(5, talk.Probe.Faults.Count);
        talk.Send(good);
        Assert.Empty(talk.Probe.Found);
        talk.Port++;
        talk.Send(good);
        Assert.Single(talk.ClientHellos);
        talk.Probe.AtTicks += 2 * TimeSpan.TicksPerMinute;
        talk.Port--;
        talk.Send(good);
        Assert.Equal(2, talk.ClientHellos.Count);
    }

    [Fact]
    public void Reading_resumed_at_the_oldest_open_frame_finds_the_same()
    {
        List<(byte[] Datagram, bool IsAnswer, ushort Port, long At)> packets = [];
        var random = new Random(5);
        var at = 0L;
        for (ushort flow = 0; flow < 60; flow++)
        {
            var talk = new QuicTalk { Port = flow };
            talk.KeyId = talk.Destination = [.. QuicTalk.FirstId, (byte)flow];
            var hello = QuicTalk.Hello(padding: 1200, seed: (byte)flow);
            Add(talk.FromClient(talk.Crypto(1000, hello.AsSpan(1000))), false);
            Add(talk.FromClient(talk.Crypto(0, hello.AsSpan(0, 1000))), false);
            Add(talk.FromServer(talk.Crypto(0, TlsBytes.ServerHello())), true);
            Add(talk.FromClient(talk.Crypto(0, hello.AsSpan(0, 1000)), talk.Crypto(1000, hello.AsSpan(1000))), false);

            void Add(byte[] datagram, bool isAnswer) =>
                packets.Add((datagram, isAnswer, flow, at += random.Next(40) * TimeSpan.TicksPerSecond / 4));
        }
        var order = packets.OrderBy(p => p.At + random.Next(20) * TimeSpan.TicksPerSecond).ToArray();
        var whole = Run(0, order.Length, out _);
        for (var cut = 5; cut < order.Length; cut += 17)
        {
            Run(0, cut, out var oldest);
            var resumed = Run(oldest == long.MaxValue ? cut : (int)Math.Min(cut, oldest - 1), order.Length, out _);
            Assert.Equal(whole.Where(found => found.Frame > cut), resumed.Where(found => found.Frame > cut));
        }

        List<(long Frame, string Event)> Run(int from, int to, out long oldest)
        {
            var probe = new StageProbe(new QuicStage("lab", new QuicLimits()));
            for (var i = 0; i < from; i++) probe.SkipFrame();
            for (var i = from; i < to; i++)
            {
                probe.AtTicks = new DateTime(2026, 11, 22, 10, 0, 0, DateTimeKind.Utc).Ticks + order.Take(i + 1).Max(p => p.At);
                if (order[i].IsAnswer) probe.Answer(0, order[i].Datagram, order[i].Port);
                else probe.Send(0, order[i].Datagram, order[i].Port);
            }
            oldest = probe.Stage.OldestOpenFrame;
            return [.. probe.Found.Select(o => (o.Frame, o.Event))];
        }
    }

    [Fact]
    public void Unfinished_hellos_stay_within_their_limits_and_the_oldest_goes_first()
    {
        var talk = new QuicTalk(limits: new QuicLimits { MaxAssemblies = 3 });
        var hello = QuicTalk.Hello(padding: 1500);
        var (start, end) = (talk.FromClient(talk.Crypto(0, hello.AsSpan(0, 1000))), talk.FromClient(talk.Crypto(1000, hello.AsSpan(1000))));
        for (ushort port = 0; port < 5; port++)
        {
            talk.Port = port;
            talk.Send(start);
        }
        Assert.Equal([StateLimit.Flows, StateLimit.Flows], talk.Probe.Evictions);
        for (var port = 4; port >= 0; port--)
        {
            talk.Port = (ushort)port;
            talk.Send(end);
        }
        Assert.Equal([2, 3, 4], talk.Probe.Found.Select(o => o.SourcePort).Order());
    }

    [Fact]
    public void Buffered_bytes_and_frame_time_are_limits_too()
    {
        var talk = new QuicTalk(limits: new QuicLimits { MaxBytes = 6000 });
        var start = talk.FromClient(talk.Crypto(0, QuicTalk.Hello(padding: 1500).AsSpan(0, 1000)));
        for (ushort port = 0; port < 4; port++)
        {
            talk.Port = port;
            talk.Send(start);
        }
        Assert.Contains(StateLimit.Bytes, talk.Probe.Evictions);

        talk = new QuicTalk();
        talk.Send(start);
        talk.Probe.AtTicks += TimeSpan.TicksPerMinute + 1;
        talk.Probe.Stage.Advance(talk.Probe.AtTicks);
        talk.Send(start);
        Assert.Equal([StateLimit.Time], talk.Probe.Evictions);
    }
}
