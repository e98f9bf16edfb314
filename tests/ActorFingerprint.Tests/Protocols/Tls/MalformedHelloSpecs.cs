using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Tcp;
using ActorFingerprint.Protocols.Tls;
using Xunit;

namespace ActorFingerprint.Tests.Protocols.Tls;

public sealed class MalformedHelloSpecs
{
    private readonly StageProbe _probe = new(new TlsStage("lab", new ReassemblyLimits()));

    public static TheoryData<string, byte[]> Malformed => new()
    {
        { "odd cipher list", TlsBytes.ClientHello(0x0303, [0x13, 1, 2], []) },
        { "extension past the message", TlsBytes.ClientHello(0x0303, [0x13, 1], [0, 10, 0, 9, 1]) },
        { "extension block shorter than the message", [.. Longer(TlsBytes.ClientHello(0x0303, [0x13, 1], [])), 7] },
        { "odd group list", TlsBytes.ClientHello(0x0303, [0x13, 1], TlsBytes.Extension(10, [0, 3, 0, 29, 0])) },
        { "group list longer than its extension", TlsBytes.ClientHello(0x0303, [0x13, 1], TlsBytes.Extension(10, [0, 9, 0, 29])) },
        { "point formats longer than their extension", TlsBytes.ClientHello(0x0303, [0x13, 1], TlsBytes.Extension(11, [9, 0])) },
        { "odd version list", TlsBytes.ClientHello(0x0303, [0x13, 1], TlsBytes.Extension(43, [3, 3, 4, 3])) },
        { "name longer than its list", TlsBytes.ClientHello(0x0303, [0x13, 1], TlsBytes.Extension(0, [0, 4, 0, 0, 9, 1])) },
        { "protocol name longer than its list", TlsBytes.ClientHello(0x0303, [0x13, 1], TlsBytes.Extension(16, [0, 2, 9, 1])) },
        { "message that ends in the random", TlsBytes.Message(1, new byte[20]) },
        { "server hello that ends in the random", TlsBytes.Message(2, new byte[20]) },
        { "server extension past the message", TlsBytes.Message(2, [3, 3, .. new byte[32], 0, 19, 1, 0, 0, 5, 0, 43, 0, 9, 3]) },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void A_hello_whose_lengths_contradict_each_other_is_counted_and_gives_no_fingerprint(string what, byte[] message)
    {
        _probe.Send(1, TlsBytes.Records(message));
        Assert.True(_probe.Found.Count == 0, what);
        Assert.Equal([ActorFingerprint.Protocols.Malformed.TlsHello], _probe.Faults);
    }

    public static TheoryData<string, byte[], string> Unusual => new()
    {
        { "no extension block", TlsBytes.ClientHello(0x0300, [0, 5], null), "768,5,,," },
        { "empty extension block", TlsBytes.ClientHello(0x0303, [0, 5], []), "771,5,,," },
        { "no ciphers", TlsBytes.ClientHello(0x0303, [], null), "771,,,," },
        { "empty server name", TlsBytes.ClientHello(0x0303, [0, 5], TlsBytes.Extension(0, [])), "771,5,0,," },
        { "empty lists", TlsBytes.ClientHello(0x0303, [0, 5], [.. TlsBytes.Extension(13, [0, 0]), .. TlsBytes.Extension(16, [0, 0])]), "771,5,13-16,," },
        { "the first of two group lists counts", TlsBytes.ClientHello(0x0303, [0, 5], [.. TlsBytes.Extension(10, [0, 2, 0, 29]), .. TlsBytes.Extension(10, [0, 2, 0, 23])]), "771,5,10-10,29," },
    };

    [Theory]
    [MemberData(nameof(Unusual))]
    public void A_sparse_hello_is_a_hello(string what, byte[] message, string ja3)
    {
        _probe.Send(1, TlsBytes.Records(message));
        Assert.True(_probe.Found.Count == 1, what);
        Assert.Equal(ja3, Assert.IsType<ClientHelloObservation>(_probe.Found[0]).Hello.Ja3Text());
    }

    [Fact]
    public void A_hello_beyond_the_limit_is_counted_and_not_buffered()
    {
        _probe.Send(1, [22, 3, 1, 0x40, 0, 1, 1, 0, 0, 3, 3, .. new byte[500]]);
        Assert.Equal([ActorFingerprint.Protocols.Malformed.TlsHelloTooLarge], _probe.Faults);
        Assert.Equal(long.MaxValue, _probe.Stage.OldestOpenFrame);
    }

    [Fact]
    public void A_hello_that_breaks_off_into_another_record_is_counted()
    {
        var message = TlsBytes.ClientHello();
        _probe.Send(1, [.. TlsBytes.Records(message[..60]), 23, 3, 3, 0, 2, 1, 2, .. TlsBytes.Records(message[60..])]);
        Assert.Equal([ActorFingerprint.Protocols.Malformed.TlsRecord], _probe.Faults);
        Assert.Empty(_probe.Found);
    }

    [Fact]
    public void A_cut_hello_gives_nothing_and_is_reported_when_its_time_is_over()
    {
        _probe.Send(1, TlsBytes.Records(TlsBytes.ClientHello())[..96]);
        _probe.Stage.Advance(_probe.AtTicks + TimeSpan.FromSeconds(61).Ticks);
        _probe.Send(1, [0], port: 1);
        Assert.Empty(_probe.Found);
        Assert.Equal([StateLimit.Time], _probe.Evictions);
    }

    private static byte[] Longer(byte[] message)
    {
        message[3]++;
        return message;
    }
}
