using ActorFingerprint.Core.Fingerprints;
using ActorFingerprint.Core.Observations;
using Xunit;

namespace ActorFingerprint.Tests.Protocols.Tls;

/// <summary>Values and fingerprints are shared between hellos that agree; that never shows.</summary>
public sealed class SharedHelloSpecs
{
    [Fact]
    public void Fingerprints_of_hellos_that_differ_a_little_are_those_of_their_own_fields()
    {
        var random = new Random(7);
        var probe = StageProbe.OfTls();
        for (var i = 0; i < 3000; i++) probe.Send(1, TlsBytes.Records(AnyHello(random)), (ushort)(1000 + i));
        Assert.Equal(3000, probe.Found.Count);
        foreach (var hello in probe.Found.Cast<ClientHelloObservation>().Select(o => o.Hello))
        {
            Assert.Equal(Ja3.Hash(hello.Fields), hello.Ja3);
            Assert.Equal(Ja4.Compute(hello.Fields), hello.Ja4);
            Assert.Equal(StackFingerprint.Of(hello.Fields), hello.Stack);
        }
    }

    /// <summary>One of some clients, with its extensions in any order and any GREASE: every part that a fingerprint holds differs at times.</summary>
    private static byte[] AnyHello(Random random)
    {
        List<byte[]> extensions =
        [
            TlsBytes.Extension(10, TlsBytes.Vector16(TlsBytes.U16(Grease(), 29, One(23, 24)))),
            TlsBytes.Extension(11, [1, (byte)random.Next(2)]),
            TlsBytes.Extension(13, TlsBytes.Vector16(TlsBytes.U16(0x0403, One(0x0804, 0x0805)))),
            TlsBytes.Extension(Grease(), []),
        ];
        if (random.Next(2) == 0) extensions.Add(TlsBytes.Extension(0, TlsBytes.Vector16([0, .. TlsBytes.Vector16("a.example"u8.ToArray())])));
        if (random.Next(2) == 0) extensions.Add(TlsBytes.Extension(16, TlsBytes.Vector16([2, (byte)'h', (byte)One('2', '3')])));
        if (random.Next(2) == 0) extensions.Add(TlsBytes.Extension(43, [4, .. TlsBytes.U16(Grease(), One(0x0304, 0x0303))]));
        if (random.Next(4) == 0) extensions.Add(TlsBytes.Extension(One(21, 27), []));
        var order = extensions.ToArray();
        random.Shuffle(order);
        ushort[] ciphers = [Grease(), 0x1301, One(0xC02F, 0xC02B), 0xC013];
        if (random.Next(4) == 0) random.Shuffle(ciphers);
        return TlsBytes.ClientHello(One(0x0303, 0x0302), TlsBytes.U16(ciphers), [.. order.SelectMany(e => e)], (byte)random.Next(256));

        ushort Grease() => (ushort)(0x0A0A + 0x1010 * random.Next(16));
        ushort One(int a, int b) => (ushort)(random.Next(2) == 0 ? a : b);
    }
}
