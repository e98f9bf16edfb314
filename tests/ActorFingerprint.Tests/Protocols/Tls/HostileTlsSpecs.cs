using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Tcp;
using ActorFingerprint.Protocols.Tls;
using Xunit;

namespace ActorFingerprint.Tests.Protocols.Tls;

/// <summary>No bytes make the stage throw, and its state stays within its limits.</summary>
public sealed class HostileTlsSpecs
{
    [Fact]
    public void Mutated_hellos_in_random_segments_never_throw()
    {
        var probe = new StageProbe(new TlsStage("lab", new ReassemblyLimits { MaxStreams = 16, MaxBytes = 64 * 1024, MaxRememberedStreams = 16 }));
        for (var seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            byte[] stream =
            [
                .. random.Next(4) == 0 ? TlsBytes.ChangeCipherSpec : [],
                .. TlsBytes.Records(random.Next(3) == 0 ? TlsBytes.ServerHello((byte)seed, random.Next(2) == 0) : TlsBytes.ClientHello(padding: random.Next(400)),
                    random.Next(2) == 0 ? 16384 : random.Next(1, 100)),
            ];
            for (var i = random.Next(6); i > 0; i--) stream[random.Next(stream.Length)] = (byte)random.Next(256);
            if (random.Next(4) == 0) stream = stream[..random.Next(stream.Length)];
            for (var at = 0; at < stream.Length;)
            {
                var length = Math.Min(random.Next(1, 300), stream.Length - at);
                probe.Send((uint)(at + random.Next(2) * random.Next(70000)), stream[at..(at + length)], (ushort)random.Next(40));
                at += length;
            }
            probe.AtTicks += random.Next(3) * TimeSpan.TicksPerSecond * (random.Next(50) == 0 ? -100 : 1);
            if (random.Next(10) == 0) probe.Stage.Advance(probe.AtTicks);
        }
        Assert.Contains(Malformed.TlsHello, probe.Faults);
        Assert.NotEmpty(probe.Found);
    }

    [Fact]
    public void Random_bytes_that_begin_like_a_record_give_no_observation_and_never_throw()
    {
        var probe = new StageProbe(new TlsStage("lab", new ReassemblyLimits()));
        var random = new Random(7);
        for (var i = 0; i < 20000; i++)
        {
            var bytes = new byte[random.Next(1, 200)];
            random.NextBytes(bytes);
            byte[] start = [22, 3, 1, (byte)random.Next(72), (byte)random.Next(256), (byte)random.Next(1, 3)];
            start.AsSpan(0, Math.Min(bytes.Length, random.Next(7))).CopyTo(bytes);
            probe.Send((uint)random.Next(100000), bytes, (ushort)random.Next(300));
        }
        Assert.Empty(probe.Found);
    }

    [Fact]
    public void A_hello_of_the_largest_size_that_is_read_comes_through_and_one_byte_more_does_not()
    {
        const int Fixed = HelloReader.MaxMessageLength;
        var padding = Fixed - TlsBytes.ClientHello(padding: 1).Length + 1;
        Assert.Single(Run(padding).Found);
        var over = Run(padding + 1);
        Assert.Empty(over.Found);
        Assert.Contains(Malformed.TlsHelloTooLarge, over.Faults);

        static StageProbe Run(int padding)
        {
            var probe = new StageProbe(new TlsStage("lab", new ReassemblyLimits()));
            uint at = 1;
            foreach (var part in TlsBytes.Records(TlsBytes.ClientHello(padding: padding)).Chunk(1400))
            {
                probe.Send(at, part);
                at += (uint)part.Length;
            }
            return probe;
        }
    }

    [Fact]
    public void Hundreds_of_ciphers_and_extensions_are_read_whole()
    {
        var ciphers = TlsBytes.U16([.. Enumerable.Range(1, 20000).Select(i => (ushort)i)]);
        var extensions = Enumerable.Range(100, 3000).SelectMany(i => TlsBytes.Extension((ushort)i, [])).ToArray();
        var probe = new StageProbe(new TlsStage("lab", new ReassemblyLimits()));
        uint at = 1;
        foreach (var part in TlsBytes.Records(TlsBytes.ClientHello(0x0303, ciphers, extensions)).Chunk(1400))
        {
            probe.Send(at, part);
            at += (uint)part.Length;
        }
        var hello = Assert.IsType<ClientHelloObservation>(Assert.Single(probe.Found)).Hello;
        Assert.Equal((20000, 3000), (hello.CipherSuites.Length, hello.Extensions.Length));
        Assert.StartsWith("t12i999900_", hello.Ja4, StringComparison.Ordinal);
    }
}
