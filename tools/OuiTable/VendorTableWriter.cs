using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using ActorFingerprint.Core.Vendors;

namespace ActorFingerprint.Tools.OuiTable;

/// <summary>Writes the form that <see cref="VendorTable.Read"/> reads.</summary>
internal static class VendorTableWriter
{
    public static byte[] Write(VendorAssignments assignments)
    {
        string[] names = [.. assignments.Assignments.Select(a => a.Name).Distinct().Order(StringComparer.Ordinal)];
        if (names.Length > ushort.MaxValue + 1) throw new InvalidDataException($"{names.Length} names do not fit 16 bits: widen the format");
        using var plain = new MemoryStream();
        plain.WriteByte(VendorTable.FormatVersion);
        WriteText(plain, assignments.Source);
        WriteNumber(plain, (ulong)names.Length);
        foreach (var name in names) WriteText(plain, name);
        foreach (var bits in (int[])[24, 28, 36]) WritePrefixes(plain, [.. assignments.Assignments.Where(a => a.Bits == bits)], names);
        using var compressed = new MemoryStream();
        using (var deflate = new DeflateStream(compressed, CompressionLevel.SmallestSize, leaveOpen: true)) deflate.Write(plain.ToArray());
        return compressed.ToArray();
    }

    private static void WritePrefixes(Stream to, VendorAssignment[] assignments, string[] names)
    {
        WriteNumber(to, (ulong)assignments.Length);
        var last = 0UL;
        foreach (var assignment in assignments)
        {
            WriteNumber(to, assignment.Prefix - last);
            last = assignment.Prefix;
        }
        Span<byte> position = stackalloc byte[2];
        foreach (var assignment in assignments)
        {
            BinaryPrimitives.WriteUInt16BigEndian(position, (ushort)Array.BinarySearch(names, assignment.Name, StringComparer.Ordinal));
            to.Write(position);
        }
    }

    private static void WriteText(Stream to, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        WriteNumber(to, (ulong)bytes.Length);
        to.Write(bytes);
    }

    private static void WriteNumber(Stream to, ulong value)
    {
        for (; value >= 0x80; value >>= 7) to.WriteByte((byte)(value | 0x80));
        to.WriteByte((byte)value);
    }
}
