using ActorFingerprint.Core.Fingerprints;
using ActorFingerprint.Protocols.Handshakes;
using Xunit;

namespace ActorFingerprint.Tests.Protocols.Handshakes;

public sealed class HandshakeHeadersSpecs
{
    private const string Plain = "4:64+0:0:1460:mss*44,7:mss,sok,ts,nop,ws:df,id+:0";

    [Fact]
    public void A_plain_SYN() => Assert.Equal(Plain, Signature(new SynBytes().V4));

    [Fact]
    public void Its_fields()
    {
        var syn = Read(new SynBytes { Ttl = 60, IpOptions = [1, 1, 1, 1] }.V4);
        Assert.False(syn.IsV6 || syn.IsAnswer || syn.HasPayload);
        Assert.Equal((60, 64, 4), (syn.TimeToLive, syn.InitialTimeToLive, syn.Distance ?? -1));
        Assert.Equal((7, 24, 40, 64240), (syn.NetworkId, syn.NetworkHeaderLength, syn.TcpHeaderLength, syn.Window));
        Assert.Equal([2, 4, 8, 1, 3], syn.OptionKinds);
        Assert.Equal((ushort)1460, syn.SegmentSize);
        Assert.Equal((byte)7, syn.WindowScale);
        Assert.Equal((256u, 0u), (syn.Timestamp, syn.EchoedTimestamp));
    }

    [Fact]
    public void Without_options_their_fields_are_unknown()
    {
        var syn = Read(new SynBytes { Options = [] }.V4);
        Assert.Equal((null, null, null, null), (syn.SegmentSize, syn.WindowScale, syn.Timestamp, syn.EchoedTimestamp));
        Assert.Equal("4:64+0:0:0:64240,0::df,id+:0", TcpSignature.Of(syn));
    }

    public static TheoryData<string, byte[]> Quirks => new()
    {
        { "", new SynBytes { Fragment = 0 }.V4 },
        { "df", new SynBytes { Id = 0 }.V4 },
        { "df,id+", new SynBytes().V4 },
        { "id-", new SynBytes { Fragment = 0, Id = 0 }.V4 },
        { "df,id+,ecn", new SynBytes { TypeOfService = 2 }.V4 },
        { "df,id+,ecn", new SynBytes { Flags = 0x42 }.V4 },
        { "df,id+,ecn", new SynBytes { Flags = 0x82 }.V4 },
        { "df,id+,ecn", new SynBytes { Reserved = 1 }.V4 },
        { "df,id+", new SynBytes { TypeOfService = 0xB8, Reserved = 0x0E }.V4 },
        { "df,id+,0+", new SynBytes { Fragment = 0xC000 }.V4 },
        { "df,id+,seq-", new SynBytes { Sequence = 0 }.V4 },
        { "df,id+,ack+", new SynBytes { Acknowledgment = 0x80000000 }.V4 },
        { "df,id+", SynBytes.Answer.V4 },
        { "df,id+,ack-", (SynBytes.Answer with { Acknowledgment = 0 }).V4 },
        { "df,id+,uptr+", new SynBytes { Urgent = 1 }.V4 },
        { "df,id+,urgf+", new SynBytes { Flags = 0x22, Urgent = 1 }.V4 },
        { "df,id+,pushf+", new SynBytes { Flags = 0x0A }.V4 },
        { "df,id+,ts1-", new SynBytes { Options = [8, 10, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1] }.V4 },
        { "df,id+,ts2+", new SynBytes { Options = [8, 10, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1] }.V4 },
        { "df,id+", (SynBytes.Answer with { Options = [8, 10, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1] }).V4 },
        { "df,id+,opt+", new SynBytes { Options = [0, 0, 0, 9] }.V4 },
        { "df,id+", new SynBytes { Options = [0, 0, 0, 0] }.V4 },
        { "df,id+", new SynBytes { Options = [3, 3, 14, 1] }.V4 },
        { "df,id+,exws", new SynBytes { Options = [3, 3, 15, 1] }.V4 },
        { "df,id+,bad", new SynBytes { Options = [2, 5, 5, 0xB4] }.V4 },
        { "df,id+,ecn,0+,seq-,ack+,urgf+,pushf+", new SynBytes { Flags = 0xEA, Fragment = 0xC000, Sequence = 0, Acknowledgment = 5 }.V4 },
        { "", new SynBytes { Id = 0 }.V6 },
        { "ecn", new SynBytes { TypeOfService = 1 }.V6 },
        { "flow", new SynBytes { FlowLabel = 1 }.V6 },
        { "flow,seq-", new SynBytes { FlowLabel = 0xFFFFF, Sequence = 0 }.V6 },
    };

    [Theory]
    [MemberData(nameof(Quirks))]
    public void A_quirk_is_named_in_its_place(string quirks, byte[] packet) => Assert.Equal(quirks, Signature(packet).Split(':')[6]);

    [Theory]
    [InlineData("mss,nop,ws,sok", 0, 2, 4, 5, 180, 1, 3, 3, 7, 4, 2, 1, 1, 1)]
    [InlineData("sack", 0, 5, 10, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1)]
    [InlineData("?30,eol+0", 0, 30, 3, 0, 0)]
    [InlineData("eol+3", 0, 0, 0, 0, 0)]
    [InlineData("nop,nop,nop,eol+0", 0, 1, 1, 1, 0)]
    [InlineData("mss", 1, 2, 3, 0, 2)]
    [InlineData("ws,mss", 1, 3, 4, 0, 0, 2, 4, 5, 180)]
    [InlineData("nop,?254", 1, 1, 254, 0, 0)]
    [InlineData("nop,nop,nop,ts", 1, 1, 1, 1, 8)]
    [InlineData("sok", 1, 4, 4, 0, 0)]
    [InlineData("sack", 1, 5, 4, 0, 0)]
    [InlineData("ts", 1, 8, 12, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0)]
    [InlineData("?99", 1, 99, 1, 0, 0)]
    public void Options_are_listed_until_one_does_not_fit(string layout, int isBad, params int[] options)
    {
        var bytes = options.Select(value => (byte)value).ToArray();
        var parts = Signature(new SynBytes { Options = bytes }.V4).Split(':');
        Assert.StartsWith(layout, parts[5], StringComparison.Ordinal);
        Assert.Equal(isBad == 1, parts[6].Split(',').Contains("bad"));
    }

    [Fact]
    public void An_option_of_the_wrong_length_has_no_value() =>
        Assert.Null(Read(new SynBytes { Options = [2, 3, 5, 1, 3, 4, 9, 9] }.V4).SegmentSize);

    [Theory]
    [InlineData(64, "64+0")]
    [InlineData(63, "63+1")]
    [InlineData(32, "32+0")]
    [InlineData(33, "33+31")]
    [InlineData(1, "1+31")]
    [InlineData(0, "0+32")]
    [InlineData(93, "93+35")]
    [InlineData(92, "92+?")]
    [InlineData(128, "128+0")]
    [InlineData(255, "255+0")]
    [InlineData(219, "219+?")]
    [InlineData(220, "220+35")]
    public void The_distance_is_what_is_missing_to_the_next_initial_TTL(byte ttl, string written) =>
        Assert.Equal(written, Signature(new SynBytes { Ttl = ttl }.V4).Split(':')[1]);

    [Fact]
    public void IP_options_and_extension_headers_are_counted()
    {
        Assert.Equal("8", Signature(new SynBytes { IpOptions = [1, 1, 1, 1, 1, 1, 1, 1] }.V4).Split(':')[2]);
        byte[] chain = [60, 0, 1, 4, 0, 0, 0, 0, 43, 0, 1, 4, 0, 0, 0, 0, 6, 1, 0, 0, 0, 0, 0, 0, .. new byte[8]];
        Assert.Equal("6:64+0:32:1460:mss*44,7:mss,sok,ts,nop,ws::0", Signature(new SynBytes { Extensions = chain, FirstExtension = 0 }.V6));
    }

    [Fact]
    public void Data_is_told_by_the_IP_length()
    {
        Assert.EndsWith(":+", Signature(new SynBytes { Payload = 1 }.V4), StringComparison.Ordinal);
        Assert.EndsWith(":+", Signature(new SynBytes { Payload = 1 }.V6), StringComparison.Ordinal);
        Assert.EndsWith(":0", Signature(new SynBytes { TotalLength = 0 }.V4), StringComparison.Ordinal);
    }

    [Fact]
    public void A_peers_segment_size_explains_a_servers_window()
    {
        var answer = Read((SynBytes.Answer with { Options = [2, 4, 5, 0x39], Window = 7000 }).V4);
        Assert.Contains(":1337:7000,0:", TcpSignature.Of(answer), StringComparison.Ordinal);
        Assert.Contains(":1337:mss*5,0:", TcpSignature.Of(answer, 1400), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0x03)]
    [InlineData(0x06)]
    [InlineData(0x10)]
    [InlineData(0x00)]
    public void Flags_that_no_handshake_has_are_refused(byte flags) =>
        Assert.False(HandshakeHeaders.TryRead(new SynBytes { Flags = flags }.V4, out _));

    [Fact]
    public void Equal_signatures_hash_alike_and_others_do_not()
    {
        var syn = new SynBytes();
        Assert.Equal(Hash(syn), Hash(syn with { SourcePort = 1, Sequence = 99, Source = "10.0.0.1", Id = 4711 }));
        SynBytes[] others =
        [
            syn with { Ttl = 63 }, syn with { Window = 1 }, syn with { Id = 0 }, syn with { Flags = 0x12, Acknowledgment = 1 },
            syn with { IpOptions = [1, 1, 1, 1] }, syn with { Payload = 1 }, syn with { Options = [] }, syn with { Options = [1, 1, 1, 1] },
            syn with { Options = [1, 1, 1, 0] }, syn with { Options = [1, 1, 0, 0] }, syn with { Options = [2, 4, 5, 0xB3] },
        ];
        Assert.Equal(others.Length + 1, others.Append(syn).Select(Hash).Distinct().Count());
    }

    private static ulong Hash(SynBytes bytes) => HandshakeHeaders.TryRead(bytes.V4, out var headers) ? headers.SignatureHash : 0;

    private static string Signature(byte[] packet) => TcpSignature.Of(Read(packet));

    private static TcpHandshake Read(byte[] packet)
    {
        Assert.True(HandshakeHeaders.TryRead(packet, out var headers));
        return headers.ToHandshake();
    }
}
