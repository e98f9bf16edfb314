using System.Security.Cryptography;
using System.Text.Json;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Network;
using ActorFingerprint.Protocols.Tcp;
using ActorFingerprint.Tests.Golden;
using ActorFingerprint.Tests.Protocols.Network;
using Xunit;

namespace ActorFingerprint.Tests.Protocols.Tls;

/// <summary>The certificate behind the ServerHello of TLS 1.2 and older.</summary>
public sealed class CertificateSpecs
{
    private static readonly byte[] Leaf = CertificateBytes.Make();
    private static readonly byte[] Chain = CertificateBytes.Message(Leaf, CertificateBytes.Make("CN=Some CA"));
    private static readonly byte[] Flight = [.. CertificateBytes.ServerHello(), .. Chain, 14, 0, 0, 0];

    [Theory]
    [InlineData(0x0300)]
    [InlineData(0x0301)]
    [InlineData(0x0303)]
    public void Certificate_is_an_observation_of_the_server(int version)
    {
        var probe = StageProbe.OfTls().Answer(1, TlsBytes.Records([.. CertificateBytes.ServerHello(version: (ushort)version), .. Chain]));
        Assert.Equal(["server_hello", "certificate"], probe.Found.Select(o => o.Event));
        var found = Certificate(probe);
        Assert.Equal((StageProbe.Server, 443), (found.Source, found.SourcePort));
        Assert.Equal((StageProbe.Client, 40000), (found.Destination, found.DestinationPort));
        Assert.Equal(("tls", true), (found.Protocol, found.CrossesRouters));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Leaf)), found.Certificate.Sha256);
        Assert.Equal("CN=printer.lan,O=Example", found.Certificate.Subject);
        var fact = Assert.Single(found.Facts);
        Assert.Equal(FactKind.Certificate, fact.Kind);
        Assert.Equal($"sha256:{found.Certificate.Sha256} subject=CN=printer.lan,O=Example issuer=CN=printer.lan,O=Example", fact.Value);
    }

    [Fact]
    public void Server_is_a_device_only_when_its_address_is_local()
    {
        Assert.True(Certificate(StageProbe.OfTls().Answer(1, TlsBytes.Records(Flight))).Device.IsNone);
        var packet = StageProbe.FromClient();
        packet.Source = NetworkAddress.V4(0x0A000063);
        var probe = StageProbe.OfTls().Give(packet, TlsBytes.Records(Flight));
        Assert.Equal(DeviceKey.OfMac(StageProbe.ClientMac), Certificate(probe).Device);
    }

    [Fact]
    public void Records_and_segments_of_any_size_in_any_order()
    {
        for (var seed = 0; seed < 150; seed++)
        {
            var random = new Random(seed);
            byte[] stream = random.Next(2) == 0
                ? TlsBytes.Records(Flight, random.Next(1, 400))
                : [.. TlsBytes.Records(CertificateBytes.ServerHello()), .. TlsBytes.Records(Chain, random.Next(5, 3000))];
            var segments = new List<(uint, byte[])>();
            for (var at = 0; at < stream.Length;)
            {
                var length = Math.Min(random.Next(1, 1460), stream.Length - at);
                segments.Add(((uint)(at + 0xFFFFFF00), stream[at..(at + length)]));
                at += length;
            }
            if (random.Next(2) == 0) segments.Add(segments[random.Next(segments.Count)]);
            var probe = StageProbe.OfTls();
            foreach (var (sequence, bytes) in segments.OrderBy(_ => random.Next(3))) probe.Answer(sequence, bytes);
            Assert.Equal(["certificate", "server_hello"], probe.Found.Select(o => o.Event).Order());
            Assert.Empty(probe.Faults);
            Assert.Empty(probe.Evictions);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(200)]
    public void Records_and_segments_of_one_byte(int recordSize)
    {
        var stream = TlsBytes.Records(Flight, recordSize);
        var probe = StageProbe.OfTls();
        for (var at = 0; at < stream.Length; at++) probe.Answer((uint)at, [stream[at]]);
        Assert.Equal(["server_hello", "certificate"], probe.Found.Select(o => o.Event));
        Assert.Empty(probe.Evictions);
    }

    [Fact]
    public void Leaf_is_enough_and_nothing_stays_open_behind_it()
    {
        var stream = TlsBytes.Records(Flight);
        var end = 5 + CertificateBytes.ServerHello().Length + 10 + Leaf.Length;
        var probe = StageProbe.OfTls(new ReassemblyLimits { Lifetime = TimeSpan.FromSeconds(1) })
            .Answer(1, stream[..200]).Answer(201, stream[200..end]);
        Assert.Equal(2, Certificate(probe).Frame);
        probe.AtTicks += TimeSpan.TicksPerMinute * 3;
        probe.Stage.Advance(probe.AtTicks);
        probe.Send(1, [23, 3, 3, 0, 1, 0]);
        Assert.Empty(probe.Evictions);
        Assert.Equal(long.MaxValue, probe.Stage.OldestOpenFrame);
    }

    [Fact]
    public void Retransmission_is_no_second_observation()
    {
        var stream = TlsBytes.Records(Flight);
        var probe = StageProbe.OfTls().Answer(1, stream).Answer(1, stream).Answer(1, stream[..300]).Answer(301, stream[300..]);
        Assert.Equal(2, probe.Found.Count);
    }

    [Fact]
    public void Nothing_is_waited_for_where_no_certificate_follows()
    {
        byte[][] flights =
        [
            TlsBytes.Records(TlsBytes.ServerHello()), // TLS 1.3
            [.. TlsBytes.Records(CertificateBytes.ServerHello()), .. TlsBytes.ChangeCipherSpec], // resumed
            TlsBytes.Records([.. CertificateBytes.ServerHello(), 4, 0, 0, 2, 0, 0]), // resumed with a new ticket
            TlsBytes.Records([.. CertificateBytes.ServerHello(), .. CertificateBytes.Message()]), // without a certificate
            TlsBytes.Records([.. CertificateBytes.ServerHello(), 11, 0, 0, 9, 0, 0, 6, 0x30, 4, 6, 2, 1, 0]), // a raw public key
        ];
        foreach (var flight in flights)
        {
            var probe = StageProbe.OfTls().Answer(1, flight);
            Assert.Single(probe.Found);
            Assert.Empty(probe.Faults);
            probe.Answer(1 + (uint)flight.Length, [23, 3, 3, 0, 1, 0]);
            probe.AtTicks += TimeSpan.TicksPerMinute * 3;
            probe.Stage.Advance(probe.AtTicks);
            probe.Send(1, [23, 3, 3, 0, 1, 0]);
            Assert.Empty(probe.Evictions);
        }
    }

    [Fact]
    public void Certificate_that_never_becomes_whole_is_dropped_after_a_minute_and_reported()
    {
        var probe = StageProbe.OfTls().Answer(1, TlsBytes.Records(Flight)[..200]);
        probe.AtTicks += TimeSpan.TicksPerMinute + 1;
        probe.Stage.Advance(probe.AtTicks);
        probe.Answer(201, TlsBytes.Records(Flight)[200..]);
        Assert.Single(probe.Found);
        Assert.Equal([StateLimit.Time], probe.Evictions);
    }

    [Fact]
    public void Too_large_or_unreadable_ones_are_counted()
    {
        byte[] Of(byte[] leaf) => TlsBytes.Records([.. CertificateBytes.ServerHello(), .. CertificateBytes.Message(leaf)]);
        Assert.Equal([Malformed.TlsCertificate], StageProbe.OfTls().Answer(1, Of(new byte[33 * 1024])[..1400]).Faults);
        Assert.Equal([Malformed.TlsCertificate], StageProbe.OfTls().Answer(1, Of([0x30, 3, 1, 1, 1])).Faults);
        byte[] broken = [.. Of(Leaf)[..300], .. TlsBytes.ChangeCipherSpec];
        broken[4] = (byte)(300 - 5 & 0xFF);
        broken[3] = 300 - 5 >> 8;
        Assert.Equal([Malformed.TlsRecord], StageProbe.OfTls().Answer(1, broken).Faults);
    }

    [Fact]
    public void Mutated_flights_in_random_segments_never_throw()
    {
        var probe = StageProbe.OfTls(new ReassemblyLimits { MaxStreams = 16, MaxBytes = 64 * 1024, MaxRememberedStreams = 16 });
        for (var seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            var stream = TlsBytes.Records(Flight, random.Next(2) == 0 ? 16384 : random.Next(20, 600));
            for (var i = random.Next(8); i > 0; i--) stream[random.Next(stream.Length)] = (byte)random.Next(256);
            if (random.Next(4) == 0) stream = stream[..random.Next(stream.Length)];
            for (var at = 0; at < stream.Length;)
            {
                var length = Math.Min(random.Next(1, 900), stream.Length - at);
                probe.Answer((uint)at, stream[at..(at + length)], (ushort)random.Next(60));
                at += length;
            }
            probe.AtTicks += random.Next(3) * TimeSpan.TicksPerSecond * (random.Next(50) == 0 ? -100 : 1);
        }
        Assert.Contains(Malformed.TlsCertificate, probe.Faults);
        Assert.Contains(probe.Found, o => o is CertificateObservation);
    }

    /// <summary>The budget of the direction lets the leaf through behind bulk-sized segments, and ends soon behind it.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(300)]
    public void Interest_lasts_until_the_end_of_the_leaf(int names)
    {
        var leaf = CertificateBytes.Make(names: names);
        byte[] stream = [.. TlsBytes.Records([.. CertificateBytes.ServerHello(), .. CertificateBytes.Message(leaf)]), .. new byte[200_000]];
        var run = new StageRun();
        var interest = new TestedStream(new InterestOptions { FlowSetBits = 10 });
        var taken = 0;
        foreach (var (part, i) in stream.Chunk(1000).Select((part, i) => (part, i)))
        {
            var frame = Wire.TcpFrame(part, 443, 40000, 1 + i * 1000, from: Wire.Server, to: Wire.Client);
            if (interest.Test(frame) == Interest.TcpStream) taken += part.Length;
            run.Add(new TestFrame(i + 1, LinkType.Ethernet, 0, frame.Length, frame));
        }
        Assert.Single(run.Observations.OfType<CertificateObservation>());
        Assert.InRange(taken, leaf.Length, leaf.Length + 4 * 1024);
    }

    [Fact]
    public void Contract_has_the_three_parts()
    {
        var found = Certificate(StageProbe.OfTls().Answer(1, TlsBytes.Records(Flight)));
        var json = StageRun.Json(found);
        Assert.Equal("certificate", json.GetProperty("event").GetString());
        Assert.Equal(["sha256", "issuer", "subject"], json.GetProperty("certificate").EnumerateObject().Select(p => p.Name));
        Assert.Equal(JsonValueKind.String, json.GetProperty("certificate").GetProperty("issuer").ValueKind);
    }

    private static CertificateObservation Certificate(StageProbe probe) => Assert.Single(probe.Found.OfType<CertificateObservation>());
}
