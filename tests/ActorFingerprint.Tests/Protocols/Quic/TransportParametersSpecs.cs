using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols.Quic;
using ActorFingerprint.Tests.Golden;
using ActorFingerprint.Tests.Protocols.Tls;
using ActorFingerprint.Tools.FrameGenerator.Quic;
using Xunit;

namespace ActorFingerprint.Tests.Protocols.Quic;

/// <summary>The canonical text of transport parameters and the facts beside it.</summary>
public sealed class TransportParametersSpecs
{
    private static readonly byte[][] Usual =
    [
        QuicFrames.Parameter(0x04, 15728640UL), QuicFrames.Parameter(0x01, 30000UL), QuicFrames.Parameter(0x0F, [1, 2, 3]),
        QuicFrames.Parameter(0x2AB2, []), QuicFrames.Parameter(27 + 31 * 77, [5, 5, 5]),
        QuicFrames.Parameter(0x11, [0, 0, 0, 1, 0x1A, 0x2A, 0x3A, 0x4A, 0x6B, 0x33, 0x43, 0xCF, 0, 0, 0, 1]),
        QuicFrames.Parameter(0x3129, "Chrome/115 Windows\n"u8), QuicFrames.Parameter(0x4752, [0, 0, 0, 1]),
        QuicFrames.Parameter(0x20, 65536UL),
    ];

    [Fact]
    public void Text_is_sorted_and_leaves_out_what_is_drawn_for_each_connection()
    {
        var facts = Read(Usual);
        Assert.Equal("1=30000;4=15728640;f=3;11=1+6b3343cf+1;20=65536;2ab2;3129;4752=1;grease", facts.Parameters);
        Assert.Equal("4-1-f-2ab2-11-3129-4752-20", facts.ParameterOrder);
        Assert.Equal(@"Chrome/115 Windows\x0a", facts.UserAgent);
        Assert.Equal(1u, facts.Version);
    }

    [Fact]
    public void Text_does_not_depend_on_the_order_and_the_order_is_told_apart()
    {
        var (forth, back) = (Read(Usual), Read([.. Usual.Reverse()]));
        Assert.Equal(forth.Parameters, back.Parameters);
        Assert.NotEqual(forth.ParameterOrder, back.ParameterOrder);
    }

    [Fact]
    public void Extension_of_the_drafts_is_read_too()
    {
        Assert.Equal("3=1472", Read([QuicFrames.Parameter(3, 1472UL)], 0xFFA5).Parameters);
        Assert.Equal("", Read([], 0).Parameters);
    }

    [Fact]
    public void What_is_cut_or_no_number_is_left_out()
    {
        byte[][] parameters = [QuicFrames.Parameter(1, 30000UL), QuicFrames.Parameter(3, [0x80, 1]), [0x04, 0x44, 0x00, 1]];
        Assert.Equal("1=30000;3=", Read(parameters).Parameters);
        Assert.Null(Read([QuicFrames.Parameter(0x3129, [])]).UserAgent);
    }

    [Fact]
    public void Texts_are_bounded()
    {
        var many = Enumerable.Range(1, 500).Select(i => QuicFrames.Parameter((1UL << 61) + (ulong)i * 31, 1UL)).ToArray();
        var facts = Read([.. many, QuicFrames.Parameter(0x3129, new byte[900])]);
        Assert.InRange(facts.Parameters.Length, 400, DeviceFact.MaxLength);
        Assert.InRange(facts.ParameterOrder.Length, 400, DeviceFact.MaxLength);
        Assert.Null(facts.UserAgent); // behind the parameters that are read
        Assert.Equal(DeviceFact.MaxLength, Read([QuicFrames.Parameter(0x3129, new byte[900])]).UserAgent!.Length);
        Assert.EndsWith(";grease", Read([QuicFrames.Parameter(27, []), .. many]).Parameters, StringComparison.Ordinal);
    }

    [Fact]
    public void Equal_facts_are_one_object()
    {
        var reader = new TransportParameters();
        var body = Body(Usual, 57);
        reader.Read(body, 1);
        Assert.Same(reader.Read(body, 1), reader.Read(body, 1));
        Assert.NotSame(reader.Read(body, 1), reader.Read(body, 2));
    }

    [Fact]
    public void Observation_has_them_beside_the_hello()
    {
        var talk = new QuicTalk();
        talk.Send(talk.FromClient(talk.Crypto(0, QuicTalk.Hello())));
        var json = StageRun.Json(talk.Probe.Found[0]);
        Assert.Equal("quic", json.GetProperty("protocol").GetString());
        Assert.StartsWith("q13", json.GetProperty("tls").GetProperty("ja4").GetString(), StringComparison.Ordinal);
        Assert.Equal("""{"version":"0x00000001","quic_params":"4=1048576;f=3","param_order":"4-f","user_agent":null}""",
            json.GetProperty("quic").GetRawText());
    }

    private static QuicFacts Read(byte[][] parameters, ushort type = 57) => new TransportParameters().Read(Body(parameters, type), 1);

    private static byte[] Body(byte[][] parameters, ushort type) =>
        TlsBytes.ClientHello("host.example", 0, 1, type == 0 ? [] : [(type, [.. parameters.SelectMany(p => p)])])[4..];
}
