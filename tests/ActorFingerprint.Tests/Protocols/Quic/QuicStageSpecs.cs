using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Fingerprints;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols;
using ActorFingerprint.Tests.Protocols.Tls;
using ActorFingerprint.Tools.FrameGenerator.Quic;
using Xunit;

namespace ActorFingerprint.Tests.Protocols.Quic;

/// <summary>Hellos in Initial packets of every version, and the ways in which they are cut.</summary>
public sealed class QuicStageSpecs
{
    /// <summary>Version number, and the dialect that it speaks.</summary>
    public static TheoryData<uint, string> Versions => new()
    {
        { 0x00000001, nameof(QuicDialect.V1) },
        { 0x6b3343cf, nameof(QuicDialect.V2) },
        { 0xff000022, nameof(QuicDialect.V1) },
        { 0xff000021, nameof(QuicDialect.V1) },
        { 0xff000020, nameof(QuicDialect.Draft29) },
        { 0xff00001d, nameof(QuicDialect.Draft29) },
        { 0xff00001c, nameof(QuicDialect.Draft27) },
        { 0xff000017, nameof(QuicDialect.Draft27) },
        { 0xff000016, nameof(QuicDialect.Draft22) },
        { 0xfaceb001, nameof(QuicDialect.Draft22) },
        { 0xfaceb002, nameof(QuicDialect.Draft27) },
        { 0x54303531, nameof(QuicDialect.Google) },
        { 0x12345678, nameof(QuicDialect.V1) }, // not known: found by trial
        { 0x12345678, nameof(QuicDialect.V2) },
        { 0xfaceb0ff, nameof(QuicDialect.Draft29) },
        { 0xfaceb0ff, nameof(QuicDialect.Draft27) },
        { 0xfaceb0ff, nameof(QuicDialect.Draft22) },
    };

    [Theory]
    [MemberData(nameof(Versions))]
    public void Both_hellos_are_read_in_every_version(uint version, string dialect)
    {
        var talk = new QuicTalk((QuicDialect)typeof(QuicDialect).GetProperty(dialect)!.GetValue(null)!) { Version = version };
        talk.Send(talk.FromClient(talk.Crypto(0, QuicTalk.Hello())));
        talk.Answer(talk.FromServer(QuicFrames.Ack(), talk.Crypto(0, TlsBytes.ServerHello())));

        Assert.Equal(["client_hello", "server_hello"], talk.Probe.Found.Select(o => o.Event));
        Assert.All(talk.Probe.Found, o => Assert.Equal("quic", o.Protocol));
        Assert.Equal(version, Assert.IsType<ClientHelloObservation>(talk.Probe.Found[0]).Quic!.Version);
        Assert.Empty(talk.Probe.Faults);
    }

    [Fact]
    public void Observation_names_the_client_in_both_directions()
    {
        var talk = new QuicTalk();
        talk.Send(talk.FromClient(talk.Crypto(0, QuicTalk.Hello()))).Answer(talk.FromServer(talk.Crypto(0, TlsBytes.ServerHello())));
        Assert.All(talk.Probe.Found, o =>
        {
            Assert.Equal(DeviceKey.OfMac(StageProbe.ClientMac), o.Device);
            Assert.Equal((StageProbe.Client, StageProbe.Server, 40000, 443), (o.Source, o.Destination, o.SourcePort, o.DestinationPort));
        });
        Assert.Equal([1L, 2L], talk.Probe.Found.Select(o => o.Frame));
        var hello = talk.ClientHellos[0];
        Assert.Equal((TlsTransport.Quic, "host.example"), (hello.Transport, hello.Sni));
        Assert.StartsWith("q13d0207h2_", hello.Ja4, StringComparison.Ordinal);
        Assert.Equal("eb1d94daa7e0344597e756a1fb6e7054", talk.ServerHellos[0].Ja3S);
    }

    [Fact]
    public void Fixed_bit_may_be_zero()
    {
        var talk = new QuicTalk();
        var packets = new QuicPackets(QuicDialect.V1) { FixedBit = false };
        talk.Send(packets.Initial(QuicTalk.FirstId, true, QuicTalk.FirstId, [], talk.Crypto(0, QuicTalk.Hello())));
        Assert.Single(talk.ClientHellos);
    }

    [Fact]
    public void Coalesced_packets_are_walked_by_their_lengths()
    {
        var talk = new QuicTalk();
        var hello = QuicTalk.Hello(padding: 600);
        talk.Send(
            talk.Packets.ZeroRtt(QuicTalk.FirstId, QuicTalk.ClientId, new byte[50]),
            Small(talk.Crypto(0, hello.AsSpan(0, 300)), 0),
            talk.Packets.Handshake(QuicTalk.FirstId, QuicTalk.ClientId, new byte[40]),
            Small(talk.Crypto(300, hello.AsSpan(300)), 1),
            [0x40, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        Assert.Single(talk.ClientHellos);
        Assert.Empty(talk.Probe.Faults);

        byte[] Small(byte[] frames, int number) =>
            talk.Packets.Initial(QuicTalk.FirstId, true, QuicTalk.FirstId, QuicTalk.ClientId, frames, number);
    }

    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(2, 1, 0)]
    [InlineData(1, 2, 0)]
    public void Hello_split_over_three_packets_is_whole_in_any_order(int first, int second, int third)
    {
        var talk = new QuicTalk();
        var hello = QuicTalk.Hello(padding: 2400);
        Assert.InRange(hello.Length, 2401, 3600);
        var packets = Enumerable.Range(0, 3)
            .Select(i => talk.FromClient(talk.Crypto(i * 1000, hello.AsSpan(i * 1000, Math.Min(hello.Length - i * 1000, 1000))))).ToArray();
        talk.Send(packets[first]).Send(packets[second]);
        Assert.Empty(talk.Probe.Found);
        Assert.Equal(1, talk.Probe.Stage.OldestOpenFrame);
        talk.Send(packets[third]);
        Assert.Equal(3, Assert.Single(talk.Probe.Found).Frame);
    }

    [Fact]
    public void Shredded_frames_with_pings_and_padding_between_are_put_together()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            var talk = new QuicTalk();
            var hello = QuicTalk.Hello(padding: random.Next(300));
            List<byte[]> frames = [];
            for (var at = 0; at < hello.Length;)
            {
                var length = Math.Min(random.Next(1, 60), hello.Length - at);
                var overlap = Math.Min(at, random.Next(3));
                frames.Add(talk.Crypto(at - overlap, hello.AsSpan(at - overlap, length + overlap)));
                if (random.Next(3) == 0) frames.Add(QuicFrames.Ping);
                if (random.Next(3) == 0) frames.Add(QuicFrames.Padding(random.Next(1, 9)));
                if (random.Next(5) == 0) frames.Add(QuicFrames.Ack(random.Next(3), random.Next(2) == 0));
                at += length;
            }
            talk.Send(talk.FromClient([.. frames.OrderBy(_ => random.Next())]));
            Assert.Single(talk.ClientHellos);
        }
    }

    [Fact]
    public void First_copy_of_overlapping_bytes_counts()
    {
        var talk = new QuicTalk();
        var (first, second) = (QuicTalk.Hello("one.example"), QuicTalk.Hello("two.example"));
        talk.Send(talk.FromClient(talk.Crypto(10, first.AsSpan(10)), talk.Crypto(0, second)));
        Assert.Equal("one.example", Assert.Single(talk.ClientHellos).Sni);
    }

    [Fact]
    public void Frame_that_no_initial_packet_may_hold_ends_the_walk()
    {
        var talk = new QuicTalk();
        talk.Send(talk.FromClient([0x08, 0x00, 0x00], talk.Crypto(0, QuicTalk.Hello())));
        Assert.Empty(talk.Probe.Found);
        talk.Send(talk.FromClient(QuicFrames.Close("no"), talk.Crypto(0, QuicTalk.Hello())));
        Assert.Single(talk.ClientHellos);
    }

    [Fact]
    public void Both_hellos_around_a_hello_retry_request_are_read()
    {
        var talk = new QuicTalk();
        var (first, second, retry) = (QuicTalk.Hello(), QuicTalk.Hello(padding: 30), TlsBytes.ServerHello(isRetry: true));
        talk.Send(talk.FromClient(talk.Crypto(0, first)));
        talk.Answer(talk.FromServer(talk.Crypto(0, retry)));
        talk.Destination = QuicTalk.ServerId;
        talk.Send(talk.FromClient(QuicFrames.Ack(), talk.Crypto(first.Length, second)));
        talk.Answer(talk.FromServer(talk.Crypto(retry.Length, TlsBytes.ServerHello())));
        Assert.Equal(["client_hello", "server_hello", "client_hello", "server_hello"], talk.Probe.Found.Select(o => o.Event));
        Assert.Equal([true, false], talk.ServerHellos.Select(hello => hello.IsHelloRetryRequest));
    }

    [Fact]
    public void Faulty_hellos_are_counted_and_give_nothing()
    {
        var talk = new QuicTalk();
        var hello = QuicTalk.Hello();
        hello[38] = 200; // the session id runs into the rest
        talk.Send(talk.FromClient(talk.Crypto(0, hello)));
        Assert.Equal([Malformed.TlsHello], talk.Probe.Faults);

        talk = new QuicTalk();
        talk.Send(talk.FromClient(talk.Crypto(0, [1, 1, 0, 0, 3, 3])));
        Assert.Equal([Malformed.TlsHelloTooLarge], talk.Probe.Faults);

        talk = new QuicTalk();
        talk.Send(talk.FromClient(talk.Crypto(0, [11, 0, 0, 10]))).Send(talk.FromClient(talk.Crypto(0, QuicTalk.Hello())));
        Assert.Empty(talk.Probe.Found); // not a hello first: the side is not read further
        Assert.Empty(talk.Probe.Faults);
    }

    [Fact]
    public void Damaged_packets_are_counted_and_do_no_harm()
    {
        var talk = new QuicTalk();
        var packet = talk.FromClient(talk.Crypto(0, QuicTalk.Hello()));
        var damaged = (byte[])packet.Clone();
        damaged[^1] ^= 1;
        talk.Send(damaged).Send(packet[..^1]).Send(packet);
        Assert.Equal([Malformed.QuicInitial, Malformed.QuicPacket], talk.Probe.Faults);
        Assert.Single(talk.ClientHellos);
    }

    [Fact]
    public void Other_packets_are_silent()
    {
        var talk = new QuicTalk();
        talk.Send(QuicPackets.VersionNegotiation(QuicTalk.ClientId, QuicTalk.FirstId, 1, 0x6b3343cf));
        talk.Send(talk.Packets.Retry(QuicTalk.ClientId, QuicTalk.ServerId, [1, 2, 3], new byte[16]));
        talk.Send(talk.Packets.Handshake(QuicTalk.ServerId, QuicTalk.ClientId, new byte[60]));
        talk.Send([0x40, 1, 2, 3, 4, 5, 6, 7]);
        talk.Version = 0x51303436; // Q046
        talk.Send(talk.FromClient(talk.Crypto(0, QuicTalk.Hello())));
        Assert.Empty(talk.Probe.Found);
        Assert.Empty(talk.Probe.Faults);
        Assert.Equal(long.MaxValue, talk.Probe.Stage.OldestOpenFrame);
    }

    [Fact]
    public void Server_without_its_client_gives_nothing()
    {
        var talk = new QuicTalk();
        talk.Answer(talk.FromServer(talk.Crypto(0, TlsBytes.ServerHello())));
        Assert.Empty(talk.Probe.Found);
        Assert.Equal([Malformed.QuicInitial], talk.Probe.Faults);
        talk.Send(talk.FromClient(talk.Crypto(0, QuicTalk.Hello())));
        talk.Answer(talk.FromServer(talk.Crypto(0, TlsBytes.ServerHello())));
        Assert.Equal(2, talk.Probe.Found.Count);
    }
}
