using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Network;
using Xunit;
using static ActorFingerprint.Tests.Protocols.Network.Wire;

namespace ActorFingerprint.Tests.Protocols.Network;

public sealed class RobustnessSpecs
{
    private static readonly LinkType[] Links = Enum.GetValues<LinkType>();

    private static readonly (LinkType Link, byte[] Frame)[] Seeds =
        [.. FrameWalkerSpecs.Links().Select(row => (row.Data.Item2, row.Data.Item3)),
            .. FrameWalkerSpecs.Uninteresting().Select(row => (row.Data.Item4, row.Data.Item5)),
            .. TunnelSpecs.Tunnels().Select(row => (LinkType.Ethernet, row.Data.Item2)),
            .. Enumerable.Range(0, 4).Select(i => (LinkType.Raw, Ipv4(17, Bytes(64), fragment: 0x2000 | i * 8)))];

    [Fact]
    public void Random_bytes_on_every_link_type_are_answered()
    {
        var random = new Random(1);
        var stream = new Feed();
        for (var i = 0; i < 100_000; i++)
        {
            var frame = new byte[random.Next(120)];
            random.NextBytes(frame);
            stream.Test(Links[i % Links.Length], frame, random);
        }
        stream.AssertEveryPacketHasOneFate();
    }

    [Fact]
    public void Mutated_frames_are_answered()
    {
        var random = new Random(2);
        var stream = new Feed();
        for (var i = 0; i < 200_000; i++)
        {
            var (link, seed) = Seeds[i % Seeds.Length];
            stream.Test(link, Mutate(seed, random), random);
        }
        stream.AssertEveryPacketHasOneFate();
    }

    [Fact]
    public void Frames_cut_at_every_length_are_answered()
    {
        var stream = new Feed();
        foreach (var (link, seed) in Seeds)
            for (var length = 0; length < seed.Length; length++)
                stream.Test(link, seed[..length], wireLength: seed.Length);
        stream.AssertEveryPacketHasOneFate();
    }

    [Fact]
    public void Plain_tcp_frame_reads_the_same_outside_and_inside_a_tunnel()
    {
        var random = new Random(3);
        byte[][] seeds = [TcpFrame(Bytes(30)), TcpFrame(Hello(40), flags: 0x02), Ethernet(0x8100, Vlan(7, 0x0800, Ipv4(6, Tcp(Bytes(9))))),
            Ethernet(0x8100, Vlan(0x6000, 0x0800, Ipv4(6, Tcp(Bytes(9), options: 8))))];
        var plain = 0;
        for (var i = 0; i < 100_000; i++)
        {
            var frame = Mutate(seeds[i % seeds.Length], random);
            byte[] tunnelled = Ipv4(47, [0, 0, 0x65, 0x58, .. frame]);
            var (direct, header, detail) = FrameWalkerSpecs.Walk(LinkType.Ethernet, frame);
            var (inside, innerHeader, innerDetail) = FrameWalkerSpecs.Walk(LinkType.Raw, tunnelled);
            Assert.Equal((direct, detail.Fault, detail.Number), (inside, innerDetail.Fault, innerDetail.Number));
            if (direct != WalkOutcome.Tcp) continue;
            innerHeader.PayloadOffset -= 24;
            innerHeader.NetworkOffset -= 24;
            innerHeader.WireLength = header.WireLength;
            Assert.Equal(header, innerHeader);
            plain++;
        }
        Assert.InRange(plain, 20_000, 90_000);
    }

    [Fact]
    public void Corpus_with_damaged_bytes_is_answered()
    {
        Assert.SkipWhen(Repository.Shared is null, "the shared corpora are absent");
        var random = new Random(5);
        var stream = new Feed();
        foreach (var path in Directory.EnumerateFiles(Path.Combine(Repository.Shared!, "corpus", "tls", "derived"), "*.pcap*"))
            foreach (var frame in TestCaptures.Read(path))
                for (var i = 0; i < 20; i++)
                    stream.Test(frame.LinkType, Mutate(frame.Bytes, random), random);
        stream.AssertEveryPacketHasOneFate();
    }

    private static byte[] Mutate(byte[] seed, Random random)
    {
        var frame = seed[..(random.Next(8) == 0 ? random.Next(seed.Length + 1) : seed.Length)];
        for (var flips = random.Next(4); flips > 0 && frame.Length > 0; flips--)
            frame[random.Next(frame.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : (byte)(0xFF * random.Next(2));
        return frame;
    }

    private sealed class Feed
    {
        private readonly InterestTest _test = new(new InterestOptions
        {
            FlowSetBits = 8,
            Defragment = new DefragmentOptions { MaxDatagrams = 16, MaxBytes = 200_000 },
        });

        private PacketHeader _header;
        private long _frames;
        private long _packets;

        public void Test(LinkType link, byte[] bytes, Random? random = null, int? wireLength = null)
        {
            _frames++;
            var at = random?.NextInt64(0, TimeSpan.TicksPerHour) ?? 0;
            var interest = _test.Test(link, bytes, wireLength ?? bytes.Length, _frames, at, ref _header, out var payload);
            Check(interest, payload);
            while (_test.HasMore) Check(_test.TestNext(bytes, ref _header, out payload), payload);
        }

        public void AssertEveryPacketHasOneFate()
        {
            Assert.Equal(_frames, _test.Counters.Frames);
            Assert.Equal(_packets, _test.Counters.Frames + _test.Counters.ExtraPackets);
        }

        private void Check(Interest interest, ReadOnlySpan<byte> payload)
        {
            _packets++;
            var length = interest switch
            {
                Interest.None => 0,
                Interest.TcpHandshake => _header.PayloadOffset - _header.NetworkOffset,
                _ => _header.PayloadLength,
            };
            Assert.Equal(length, payload.Length);
        }
    }
}
