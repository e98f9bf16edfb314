using System.Buffers.Binary;
using System.Text;

namespace ActorFingerprint.Tests.Node.Hosting;

/// <summary>Reads the comments of a little-endian pcapng file, block by block; anything odd fails the test.</summary>
internal static class CommentedCapture
{
    /// <summary>The comments of each enhanced packet block, in order.</summary>
    public static List<string[]> Read(string path)
    {
        var packets = new List<string[]>();
        for (ReadOnlySpan<byte> rest = File.ReadAllBytes(path); rest.Length > 0;)
        {
            var type = BinaryPrimitives.ReadUInt32LittleEndian(rest);
            var length = BinaryPrimitives.ReadInt32LittleEndian(rest[4..]);
            if (length % 4 != 0 || BinaryPrimitives.ReadInt32LittleEndian(rest[(length - 4)..]) != length) throw new InvalidDataException($"block of {length} bytes");
            if (type == 6)
            {
                var captured = BinaryPrimitives.ReadInt32LittleEndian(rest[20..]);
                packets.Add(Comments(rest[(28 + (captured + 3 & ~3))..(length - 4)]));
            }
            rest = rest[length..];
        }
        return packets;
    }

    private static string[] Comments(ReadOnlySpan<byte> options)
    {
        var comments = new List<string>();
        while (BinaryPrimitives.ReadUInt16LittleEndian(options) is var code and not 0)
        {
            var length = BinaryPrimitives.ReadUInt16LittleEndian(options[2..]);
            if (code == 1) comments.Add(Encoding.UTF8.GetString(options.Slice(4, length)));
            options = options[(4 + (length + 3 & ~3))..];
        }
        return [.. comments];
    }
}
