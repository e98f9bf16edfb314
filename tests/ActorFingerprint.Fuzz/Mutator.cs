using System.Buffers.Binary;
using ActorFingerprint.Protocols;

namespace ActorFingerprint.Fuzz;

/// <summary>
/// Changes the frames of a case: blindly (bits, lengths, cuts, copies), by what they are (segments, fragments, headers, ports, payloads),
/// and in their order. The same random numbers make the same case.
/// </summary>
public sealed class Mutator(SeedCorpus seeds)
{
    private const int MaxFrames = 48;
    private const int MaxBytes = 70_000;

    private static readonly ushort[] Ports = [22, 21, 25, 53, 67, 68, 80, 123, 137, 138, 139, 443, 445, 546, 547, 1900, 5353, 5355, 4789, 6081, 5246, 2152];

    /// <summary>A case: frames cut from the seeds, changed one to six times.</summary>
    public List<FuzzFrame> Next(Random random)
    {
        List<FuzzFrame> frames = [.. seeds.Cut(random)];
        for (var changes = random.Next(1, 7); changes > 0; changes--) Change(frames, random);
        frames.RemoveAll(frame => frame.Bytes.Length > MaxBytes);
        return frames.Count > MaxFrames ? frames[..MaxFrames] : frames;
    }

    private void Change(List<FuzzFrame> frames, Random random)
    {
        if (frames.Count == 0) return;
        var at = random.Next(frames.Count);
        switch (random.Next(14))
        {
            case 0 or 1: frames[at] = FlipBits(frames[at], random); break;
            case 2 or 3: frames[at] = LieAboutLength(frames[at], random); break;
            case 4: frames[at] = Cut(frames[at], random); break;
            case 5: frames[at] = CopyRange(frames[at], random); break;
            case 6: frames.Insert(random.Next(frames.Count + 1), frames[at]); break;
            case 7: (frames[at], frames[^1]) = (frames[^1], frames[at]); break;
            case 8: Replace(frames, at, SplitSegment(frames[at], random)); break;
            case 9: Replace(frames, at, Fragment(frames[at], random)); break;
            case 10: frames[at] = Wrap(frames[at], random); break;
            case 11: frames[at] = Splice(frames[at], random); break;
            case 12: frames[at] = ChangePort(frames[at], random); break;
            default: frames[at] = frames[at] with { OffsetTicks = random.NextInt64(-TimeSpan.TicksPerSecond, 90 * TimeSpan.TicksPerSecond) }; break;
        }
    }

    private static void Replace(List<FuzzFrame> frames, int at, FuzzFrame[] with)
    {
        frames.RemoveAt(at);
        frames.InsertRange(at, with);
    }

    private static FuzzFrame FlipBits(FuzzFrame frame, Random random)
    {
        if (frame.Bytes.Length == 0) return frame;
        byte[] bytes = [.. frame.Bytes];
        for (var flips = random.Next(1, 9); flips > 0; flips--) bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        return frame with { Bytes = bytes };
    }

    /// <summary>Writes what a length, a count or an offset must not be, mostly where messages keep theirs: near the payload's start.</summary>
    private static FuzzFrame LieAboutLength(FuzzFrame frame, Random random)
    {
        if (frame.Bytes.Length < 2) return frame;
        byte[] bytes = [.. frame.Bytes];
        var from = Layout.Of(frame) is { PayloadLength: > 1 } layout && random.Next(3) > 0 ? layout.PayloadAt : 0;
        var near = random.Next(2) == 0 ? Math.Min(64, bytes.Length - from) : bytes.Length - from;
        var at = Math.Min(from + random.Next(near), bytes.Length - 2);
        var old = BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(at));
        var lie = random.Next(8) switch
        {
            0 => (ushort)0,
            1 => ushort.MaxValue,
            2 => (ushort)(old + 1),
            3 => (ushort)(old - 1),
            4 => (ushort)(old ^ 0x8000),
            5 => (ushort)bytes.Length,
            6 => (ushort)0x7FFF,
            _ => (ushort)random.Next(65536),
        };
        if (random.Next(2) == 0) bytes[at] = (byte)lie;
        else BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(at), lie);
        return frame with { Bytes = bytes };
    }

    private static FuzzFrame Cut(FuzzFrame frame, Random random)
    {
        var length = random.Next(frame.Bytes.Length + 1);
        return random.Next(2) == 0 ? frame.With(frame.Bytes[..length]) : frame with { Bytes = frame.Bytes[..length] };
    }

    private static FuzzFrame CopyRange(FuzzFrame frame, Random random)
    {
        if (frame.Bytes.Length == 0) return frame;
        var start = random.Next(frame.Bytes.Length);
        var length = random.Next(1, Math.Min(256, frame.Bytes.Length - start) + 1);
        var at = random.Next(frame.Bytes.Length + 1);
        var times = random.Next(1, 20);
        List<byte> bytes = [.. frame.Bytes[..at]];
        for (var i = 0; i < times; i++) bytes.AddRange(frame.Bytes.AsSpan(start, length));
        bytes.AddRange(frame.Bytes.AsSpan(at));
        return frame.With([.. bytes]);
    }

    /// <summary>A TCP segment in pieces, in any order, some twice or overlapping.</summary>
    private static FuzzFrame[] SplitSegment(FuzzFrame frame, Random random)
    {
        if (Layout.Of(frame) is not { IsTcp: true, PayloadLength: > 1 } layout) return [frame];
        var payload = frame.Bytes.AsSpan(layout.PayloadAt, layout.PayloadLength).ToArray();
        var sequence = BinaryPrimitives.ReadUInt32BigEndian(frame.Bytes.AsSpan(layout.TransportAt + 4));
        var pieces = new List<FuzzFrame>();
        for (var at = 0; at < payload.Length && pieces.Count < 16;)
        {
            var length = Math.Min(payload.Length - at, 1 + random.Next(Math.Max(2, payload.Length / 2)));
            var from = Math.Max(0, at - random.Next(4) * random.Next(8));
            var piece = layout.Replace(frame, payload.AsSpan(from, at + length - from));
            BinaryPrimitives.WriteUInt32BigEndian(piece.Bytes.AsSpan(layout.TransportAt + 4), sequence + (uint)from);
            pieces.Add(piece);
            at += length;
        }
        if (random.Next(4) == 0) pieces.Add(pieces[random.Next(pieces.Count)]);
        return Shuffled(pieces, random);
    }

    /// <summary>An IPv4 packet in fragments, in any order, some twice or overlapping.</summary>
    private static FuzzFrame[] Fragment(FuzzFrame frame, Random random)
    {
        if (Layout.Of(frame) is not { IsV4: true } layout) return [frame];
        var header = frame.Bytes.AsSpan(0, layout.TransportAt).ToArray();
        var body = frame.Bytes.AsSpan(layout.TransportAt, layout.PayloadAt + layout.PayloadLength - layout.TransportAt).ToArray();
        var pieces = new List<FuzzFrame>();
        for (var at = 0; at < body.Length && pieces.Count < 16;)
        {
            var length = Math.Min(body.Length - at, 8 * (1 + random.Next(Math.Max(1, body.Length / 16))));
            byte[] bytes = [.. header, .. body.AsSpan(at, Math.Min(body.Length - at, length + 8 * random.Next(2)))];
            var hasMore = at + length < body.Length;
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(layout.IpAt + 2), (ushort)(bytes.Length - layout.IpAt));
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(layout.IpAt + 6), (ushort)((hasMore ? 0x2000 : 0) | (at / 8)));
            pieces.Add(frame.With(bytes));
            at += length;
        }
        if (pieces.Count > 0 && random.Next(4) == 0) pieces.Add(pieces[random.Next(pieces.Count)]);
        return pieces.Count == 0 ? [frame] : Shuffled(pieces, random);
    }

    private static FuzzFrame[] Shuffled(List<FuzzFrame> frames, Random random)
    {
        FuzzFrame[] shuffled = [.. frames];
        if (random.Next(2) == 0) random.Shuffle(shuffled);
        return shuffled;
    }

    /// <summary>VLAN tags before, or tunnels around, the packet: up to more than the walk follows.</summary>
    private static FuzzFrame Wrap(FuzzFrame frame, Random random)
    {
        if (frame.Link != LinkType.Ethernet || frame.Bytes.Length < 14) return frame;
        var bytes = frame.Bytes;
        for (var times = random.Next(1, 12); times > 0 && bytes.Length < MaxBytes; times--)
        {
            var isV4 = BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(12)) == 0x0800;
            bytes = random.Next(4) switch
            {
                0 => [.. bytes[..12], 0x81, 0x00, .. (byte[])[0, (byte)random.Next(256)], .. bytes[12..]],
                1 when isV4 => [.. bytes[..14], .. Ipv4(4, bytes.Length - 14), .. bytes[14..]],
                2 => [.. bytes[..12], 0x08, 0x00, .. Ipv4(47, bytes.Length + 4), 0, 0, 0x65, 0x58, .. bytes],
                3 => [.. bytes[..12], 0x08, 0x00, .. Ipv4(17, bytes.Length + 16), .. Vxlan(bytes.Length), .. bytes],
                _ => bytes,
            };
        }
        return frame.With(bytes);
    }

    private static byte[] Ipv4(byte protocol, int length) =>
        [0x45, 0, (byte)((length + 20) >> 8), (byte)(length + 20), 0, 1, 0, 0, 64, protocol, 0, 0, 10, 9, 8, 7, 10, 9, 8, 6];

    private static byte[] Vxlan(int length) =>
        [0x30, 0x39, 0x12, 0xB5, (byte)((length + 16) >> 8), (byte)(length + 16), 0, 0, 8, 0, 0, 0, 0, 0, 7, 0];

    /// <summary>The payload of another frame, or a part of it, in this one: every reader meets every protocol's bytes.</summary>
    private FuzzFrame Splice(FuzzFrame frame, Random random)
    {
        var other = seeds.Pick(random);
        if (Layout.Of(frame) is not { } layout || Layout.Of(other) is not { PayloadLength: > 0 } donor) return frame;
        var own = frame.Bytes.AsSpan(layout.PayloadAt, layout.PayloadLength);
        var taken = other.Bytes.AsSpan(donor.PayloadAt, donor.PayloadLength);
        var keep = random.Next(3) == 0 ? random.Next(own.Length + 1) : 0;
        var from = random.Next(2) * random.Next(taken.Length);
        return layout.Replace(frame, [.. own[..keep], .. taken[from..]]);
    }

    private static FuzzFrame ChangePort(FuzzFrame frame, Random random)
    {
        if (Layout.Of(frame) is not { } layout) return frame;
        byte[] bytes = [.. frame.Bytes];
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(layout.TransportAt + 2 * random.Next(2)), Ports[random.Next(Ports.Length)]);
        return frame with { Bytes = bytes };
    }
}
