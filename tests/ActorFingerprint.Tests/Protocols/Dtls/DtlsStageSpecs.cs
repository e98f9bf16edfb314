using ActorFingerprint.Core.Fingerprints;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Dtls;
using ActorFingerprint.Tests.Protocols.Tls;
using Xunit;

namespace ActorFingerprint.Tests.Protocols.Dtls;

public sealed class DtlsStageSpecs
{
    private static readonly byte[] Hello = DtlsBytes.ClientHello(padding: 400);

    [Theory]
    [InlineData(0xFEFF, null, "dd1i02")]
    [InlineData(0xFEFD, null, "dd2i02")]
    [InlineData(0xFEFD, new ushort[] { 0xFEFC, 0xFEFD }, "dd3i02")]
    [InlineData(0x0100, null, "d00i02")]
    public void Hello_of_every_version_gives_its_fingerprint(int version, ushort[]? versions, string prefix)
    {
        var body = DtlsBytes.ClientHello(version: (ushort)version, versions: versions);
        var probe = Probe().Send(0, DtlsBytes.Whole(1, body, version: (ushort)version));
        var found = Assert.IsType<ClientHelloObservation>(Assert.Single(probe.Found));
        Assert.Equal(("dtls", TlsTransport.Dtls), (found.Protocol, found.Hello.Transport));
        Assert.StartsWith(prefix, found.Hello.Ja4, StringComparison.Ordinal);
        Assert.StartsWith($"{version},49195-49199,10-13", found.Hello.Ja3Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void Hello_with_the_cookie_is_an_observation_of_its_own_and_a_retransmission_is_not()
    {
        var first = DtlsBytes.Whole(1, DtlsBytes.ClientHello());
        var second = DtlsBytes.Whole(1, DtlsBytes.ClientHello(cookie: [1, 2, 3, 4]), number: 1);
        var probe = Probe().Send(0, first).Send(0, first).Answer(0, DtlsBytes.Whole(3, [0xFE, 0xFF, 4, 1, 2, 3, 4]))
            .Send(0, second).Send(0, second);
        Assert.Equal([1L, 4L], probe.Found.Select(o => o.Frame));
        Assert.Equal(Client(probe, 0).Ja4, Client(probe, 1).Ja4);
    }

    [Fact]
    public void Hello_of_the_server_belongs_to_the_client()
    {
        var probe = Probe().Answer(0, DtlsBytes.Whole(2, DtlsBytes.ServerHello(), number: 1));
        var found = Assert.IsType<ServerHelloObservation>(Assert.Single(probe.Found));
        Assert.Equal((StageProbe.Client, 40000, "dtls"), (found.Source, found.SourcePort, found.Protocol));
        Assert.Equal(Ja3S.Hash(0xFEFD, 0xC02B, []), found.Hello.Ja3S);
    }

    [Fact]
    public void Fragments_in_any_order_make_the_hello()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var parts = new List<byte[]>();
            for (var at = 0; at < Hello.Length;)
            {
                var length = Math.Min(random.Next(1, 120), Hello.Length - at);
                var overlap = Math.Min(at, random.Next(20));
                parts.Add(DtlsBytes.Part(Hello, at - overlap, length + overlap));
                if (random.Next(4) == 0) parts.Add(parts[random.Next(parts.Count)]);
                at += length;
            }
            var probe = Probe();
            foreach (var part in parts.OrderBy(_ => random.Next())) probe.Send(0, part);
            Assert.Equal(Expected(Hello), Client(probe, 0).Ja4Raw());
            Assert.Single(probe.Found);
            Assert.Equal(1, probe.Stage.OldestOpenFrame);
            Assert.Empty(probe.Evictions);
        }
    }

    [Fact]
    public void Fragments_of_two_messages_and_of_both_sides_may_be_interleaved()
    {
        var second = DtlsBytes.ClientHello(cookie: [9, 9], padding: 400);
        var answer = DtlsBytes.ServerHello();
        var probe = Probe()
            .Send(0, DtlsBytes.Part(Hello, 0, 200)).Send(0, DtlsBytes.Part(second, 200, second.Length - 200, number: 1))
            .Answer(0, DtlsBytes.Part(answer, 20, answer.Length - 20, type: 2))
            .Send(0, DtlsBytes.Part(Hello, 200, Hello.Length - 200)).Send(0, DtlsBytes.Part(second, 0, 200, number: 1))
            .Answer(0, DtlsBytes.Part(answer, 0, 20, type: 2));
        Assert.Equal([4L, 5L, 6L], probe.Found.Select(o => o.Frame));
        Assert.Equal(Expected(second), Client(probe, 1).Ja4Raw());
    }

    [Fact]
    public void Records_and_fragments_share_a_datagram()
    {
        byte[] record = DtlsBytes.Record(
            [.. DtlsBytes.Fragment(1, Hello, 0, 0, 100), .. DtlsBytes.Fragment(1, Hello, 0, 100, Hello.Length - 100)]);
        byte[] alert = DtlsBytes.Record([1, 0], type: 21);
        byte[] answer = [.. alert, .. DtlsBytes.Whole(2, DtlsBytes.ServerHello()), .. DtlsBytes.Whole(11, new byte[50])];
        var probe = Probe().Send(0, record).Answer(0, answer);
        Assert.Equal(["client_hello", "server_hello"], probe.Found.Select(o => o.Event));
    }

    [Fact]
    public void Encrypted_records_are_stepped_over()
    {
        byte[] datagram = [.. DtlsBytes.Whole(1, Hello, epoch: 1), .. DtlsBytes.Whole(1, DtlsBytes.ClientHello(seed: 7))];
        var probe = Probe().Send(0, datagram);
        Assert.Equal(Expected(DtlsBytes.ClientHello(seed: 7)), Client(probe, 0).Ja4Raw());
        Assert.Single(probe.Found);
        Assert.Empty(probe.Faults);
    }

    [Fact]
    public void Another_hello_on_the_same_ports_takes_the_place_of_an_unfinished_one()
    {
        var other = DtlsBytes.ClientHello(padding: 400, seed: 5);
        var probe = Probe().Send(0, DtlsBytes.Part(Hello, 0, 200)).Send(0, DtlsBytes.Part(other, 0, 150))
            .Send(0, DtlsBytes.Part(other, 150, other.Length - 150));
        Assert.Single(probe.Found);
        Assert.Equal([StateLimit.Time], probe.Evictions);
    }

    [Fact]
    public void Retransmitted_fragments_of_a_read_hello_leave_nothing_unfinished()
    {
        var probe = Probe().Send(0, DtlsBytes.Part(Hello, 0, 200)).Send(0, DtlsBytes.Part(Hello, 200, Hello.Length - 200))
            .Send(0, DtlsBytes.Part(Hello, 0, 200));
        probe.AtTicks += TimeSpan.TicksPerMinute * 3;
        probe.Stage.Advance(probe.AtTicks);
        probe.Send(0, [0]);
        Assert.Single(probe.Found);
        Assert.Empty(probe.Evictions);
        Assert.Equal(long.MaxValue, probe.Stage.OldestOpenFrame);
    }

    [Fact]
    public void Unfinished_hello_is_dropped_after_a_minute_and_reported()
    {
        var probe = Probe().Send(0, DtlsBytes.Part(Hello, 0, 200));
        Assert.Equal(1, probe.Stage.OldestOpenFrame);
        probe.AtTicks += TimeSpan.TicksPerMinute + 1;
        probe.Stage.Advance(probe.AtTicks);
        probe.Send(0, DtlsBytes.Part(Hello, 200, Hello.Length - 200));
        Assert.Empty(probe.Found);
        Assert.Equal([StateLimit.Time], probe.Evictions);
        Assert.Equal(2, probe.Stage.OldestOpenFrame);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Cut_records_and_fragments_outside_their_message_are_counted(int kind)
    {
        var whole = DtlsBytes.Whole(1, Hello);
        byte[] outside = DtlsBytes.Fragment(1, Hello, 0, 100, 50);
        outside[8] = 0xFF;
        outside[7] = 0xFF;
        var probe = Probe().Send(0, kind switch { 0 => whole[..^1], 1 => DtlsBytes.Record([1, 0, 0, 9]), _ => DtlsBytes.Record(outside) });
        Assert.Empty(probe.Found);
        Assert.Equal([Malformed.DtlsRecord], probe.Faults);
    }

    private static StageProbe Probe(DtlsLimits? limits = null) => new(new DtlsStage("lab", limits ?? new DtlsLimits()));

    private static ClientHello Client(StageProbe probe, int index) => ((ClientHelloObservation)probe.Found[index]).Hello;

    private static string Expected(byte[] body) => Client(Probe().Send(0, DtlsBytes.Whole(1, body)), 0).Ja4Raw();
}
