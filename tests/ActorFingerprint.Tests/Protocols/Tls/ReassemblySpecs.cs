using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Tcp;
using ActorFingerprint.Protocols.Tls;
using Xunit;

namespace ActorFingerprint.Tests.Protocols.Tls;

/// <summary>However a hello travels, it is the same single observation.</summary>
public sealed class ReassemblySpecs
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(536)]
    public void Segments_in_order_give_one_observation_at_the_last_frame(int size)
    {
        var stream = TlsBytes.Records(TlsBytes.ClientHello(padding: 600));
        var probe = NewProbe();
        foreach (var (at, part) in Cut(stream, size)) probe.Send(1000 + at, part);
        Assert.Equal((stream.Length + size - 1) / size, Assert.Single(probe.Found).Frame);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(100)]
    public void Segments_in_reverse_give_one_observation(int size)
    {
        var probe = NewProbe();
        foreach (var (at, part) in Cut(TlsBytes.Records(TlsBytes.ClientHello(padding: 600)), size).Reverse()) probe.Send(1000 + at, part);
        Assert.Single(probe.Found);
        Assert.Empty(probe.Evictions);
    }

    [Fact]
    public void Any_cutting_order_duplication_and_overlap_gives_the_same_observation()
    {
        for (var seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            var message = TlsBytes.ClientHello($"host{seed}.example", random.Next(0, 3000), (byte)seed);
            var stream = TlsBytes.Records(message, random.Next(4) == 0 ? random.Next(1, 200) : 16384);
            var start = random.Next(3) == 0 ? uint.MaxValue - (uint)random.Next(stream.Length) : (uint)random.Next();
            var segments = new List<(uint At, byte[] Part)>();
            for (var at = 0; at < stream.Length;)
            {
                var length = Math.Min(random.Next(1, random.Next(2) == 0 ? 40 : 1460), stream.Length - at);
                var before = Math.Min(at, random.Next(3) == 0 ? random.Next(20) : 0);
                segments.Add(((uint)(at - before), stream[(at - before)..(at + length)]));
                at += length;
            }
            segments.AddRange(segments.Where(_ => random.Next(5) == 0).ToList());
            if (random.Next(3) > 0) random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(segments));

            var probe = NewProbe();
            foreach (var (at, part) in segments) probe.Send(unchecked(start + at), part);

            var found = probe.Found.OfType<ClientHelloObservation>().ToList();
            Assert.True(found.Count == 1, $"seed {seed}: {found.Count} observations of {segments.Count} segments");
            Assert.Equal($"host{seed}.example", found[0].Hello.Sni);
            Assert.Empty(probe.Faults);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(100)]
    public void A_hello_over_many_records_is_put_together(int recordSize)
    {
        var probe = NewProbe().Send(1, TlsBytes.Records(TlsBytes.ClientHello("many.example", padding: 300), recordSize));
        Assert.Equal("many.example", Assert.IsType<ClientHelloObservation>(Assert.Single(probe.Found)).Hello.Sni);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(100)]
    public void A_hello_over_many_records_in_segments_of_one_byte_is_found_with_the_last_of_them(int recordSize)
    {
        var stream = TlsBytes.Records(TlsBytes.ClientHello("many.example", padding: 300), recordSize);
        var probe = NewProbe();
        foreach (var (at, part) in Cut(stream, 1)) probe.Send(1 + at, part);
        Assert.Equal(("many.example", stream.Length), (Assert.IsType<ClientHelloObservation>(Assert.Single(probe.Found)).Hello.Sni, (int)probe.Found[0].Frame));
    }

    [Fact]
    public void After_many_looks_in_vain_what_is_needed_is_waited_for()
    {
        var start = new StreamStart(1, IsHelloRead: false);
        for (var length = 1; length <= 64; length++)
        {
            Assert.True(start.IsDue(length));
            start = start.LookedAt(length, missing: 500);
        }
        Assert.Equal((false, true), (start.IsDue(563), start.IsDue(564)));
    }

    [Fact]
    public void Where_segments_overlap_the_first_copy_wins()
    {
        var first = TlsBytes.Records(TlsBytes.ClientHello("first.example", padding: 400));
        var other = TlsBytes.Records(TlsBytes.ClientHello("other.example", padding: 400));
        var probe = NewProbe().Send(1, first[..300]).Send(1, other[..300]).Send(201, [.. other[200..300], .. first[300..]]);
        Assert.Equal("first.example", Assert.IsType<ClientHelloObservation>(Assert.Single(probe.Found)).Hello.Sni);
    }

    [Fact]
    public void A_hello_that_starts_within_a_buffered_stretch_of_plaintext_is_found()
    {
        var hello = TlsBytes.Records(TlsBytes.ClientHello(padding: 500));
        var probe = NewProbe().Send(1, "CONNECT host:443 HTTP/1.1\r\n\r\n"u8.ToArray()).Send(530, hello[500..]).Send(30, hello[..500]);
        Assert.Single(probe.Found);
    }

    [Fact]
    public void A_new_connection_on_the_same_ports_does_not_wait_for_the_old_one()
    {
        var hello = TlsBytes.Records(TlsBytes.ClientHello(padding: 500));
        var probe = NewProbe().Send(1, hello[..500]).Send(3_000_000_000, hello[..400]).Send(3_000_000_400, hello[400..]);
        Assert.Single(probe.Found);
        Assert.Equal([StateLimit.Bytes], probe.Evictions);
    }

    [Fact]
    public void An_unfinished_hello_lives_sixty_seconds_of_frame_time()
    {
        var hello = TlsBytes.Records(TlsBytes.ClientHello());
        Assert.Single(After(TimeSpan.FromSeconds(60)).Found);
        var late = After(TimeSpan.FromSeconds(60) + TimeSpan.FromTicks(1));
        Assert.Empty(late.Found);
        Assert.Equal([StateLimit.Time], late.Evictions);

        StageProbe After(TimeSpan pause)
        {
            var probe = NewProbe().Send(1, hello[..50]);
            probe.AtTicks += pause.Ticks;
            return probe.Send(51, hello[50..]);
        }
    }

    [Fact]
    public void Beyond_the_number_of_streams_the_oldest_goes_and_is_reported()
    {
        var hello = TlsBytes.Records(TlsBytes.ClientHello());
        var probe = StageProbe.OfTls(new ReassemblyLimits { MaxStreams = 4 });
        for (ushort port = 1; port <= 5; port++) probe.Send(1, hello[..50], port);
        Assert.Equal([StateLimit.Flows], probe.Evictions);
        Assert.Equal(2, probe.Stage.OldestOpenFrame);
        for (ushort port = 1; port <= 5; port++) probe.Send(51, hello[50..], port);
        Assert.Equal([2, 3, 4, 5], probe.Found.Select(o => o.SourcePort));
    }

    [Fact]
    public void Beyond_the_bytes_of_a_partition_the_oldest_goes_and_is_reported()
    {
        var probe = StageProbe.OfTls(new ReassemblyLimits { MaxBytes = 16 * 1024 });
        var hello = TlsBytes.Records(TlsBytes.ClientHello(padding: 7000));
        for (ushort port = 1; port <= 3; port++) probe.Send(1, hello[..6000], port);
        Assert.Equal([StateLimit.Bytes], probe.Evictions);
        probe.Send(6001, hello[6000..], port: 3);
        Assert.Single(probe.Found);
    }

    [Fact]
    public void Segments_without_a_hello_are_never_reported_as_cut()
    {
        var probe = StageProbe.OfTls(new ReassemblyLimits { MaxStreams = 4, MaxBytes = 8192 });
        for (ushort port = 1; port <= 100; port++)
        {
            probe.AtTicks += TimeSpan.TicksPerSecond;
            probe.Send(1, new byte[1400], port).Send(1401, new byte[1400], port);
        }
        Assert.Empty(probe.Evictions);
        Assert.Empty(probe.Faults);
    }

    private static StageProbe NewProbe() => StageProbe.OfTls();

    private static IEnumerable<(uint At, byte[] Part)> Cut(byte[] stream, int size)
    {
        uint at = 0;
        foreach (var part in stream.Chunk(size))
        {
            yield return (at, part);
            at += (uint)part.Length;
        }
    }
}
