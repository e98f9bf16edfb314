using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using ActorFingerprint.Core.Net;

namespace ActorFingerprint.Core.Vendors;

/// <summary>
/// Vendors of MAC addresses by longest assigned prefix: 36 bits (MA-S), 28 (MA-M), 24 (MA-L). Immutable; a lookup allocates
/// nothing. The vendor is that of the network interface, often a module maker's, not the device's
/// (docs/devices.md, "Vendor").
/// </summary>
public sealed class VendorTable
{
    /// <summary>Version of the table's format, its first byte.</summary>
    public const byte FormatVersion = 1;

    private static readonly Lazy<VendorTable> Loaded = new(LoadEmbedded);

    private readonly string[] _names;
    private readonly VendorPrefixes _prefixes36;
    private readonly VendorPrefixes _prefixes28;
    private readonly VendorPrefixes _prefixes24;

    private VendorTable(string source, string[] names, VendorPrefixes prefixes24, VendorPrefixes prefixes28, VendorPrefixes prefixes36)
    {
        (Source, _names) = (source, names);
        (_prefixes24, _prefixes28, _prefixes36) = (prefixes24, prefixes28, prefixes36);
    }

    /// <summary>The table that comes with the product; read on first use.</summary>
    public static VendorTable Embedded => Loaded.Value;

    /// <summary>What the table was made from, with its version.</summary>
    public string Source { get; }

    /// <summary>How many prefixes it holds.</summary>
    public int Count => _prefixes24.Count + _prefixes28.Count + _prefixes36.Count;

    /// <summary>Every prefix as upper-case hex digits (6, 7 or 9), with its vendor; those without a named owner are left out.</summary>
    public IEnumerable<(string Prefix, string Vendor)> All =>
        _prefixes24.All(6).Concat(_prefixes28.All(7)).Concat(_prefixes36.All(9))
            .Where(entry => _names[entry.Name].Length > 0).Select(entry => (entry.Prefix, _names[entry.Name]));

    /// <summary>
    /// The vendor of an address; null for group and locally administered addresses, unassigned prefixes, and assignments that do
    /// not name their owner ("Private", and the registry's own containers of longer prefixes).
    /// </summary>
    public string? Find(MacAddress mac)
    {
        if (!mac.IsUnicast || mac.IsLocallyAdministered) return null;
        if (_prefixes36.Find(mac.Value >> 12, out var name) || _prefixes28.Find(mac.Value >> 20, out name)
            || _prefixes24.Find(mac.Value >> 24, out name))
            return _names[name] is { Length: > 0 } vendor ? vendor : null;
        return null;
    }

    /// <summary>
    /// Reads a table: Deflate over a version byte, the source, the names, and for 24, 28 and 36 bits the rising prefixes as
    /// differences, each with its name's position (16 bits, big-endian). Numbers are LEB128, texts are UTF-8 with their length before
    /// them. Throws <see cref="InvalidDataException"/> when the bytes are something else.
    /// </summary>
    public static VendorTable Read(Stream compressed)
    {
        using var plain = new MemoryStream();
        using (var inflate = new DeflateStream(compressed, CompressionMode.Decompress, leaveOpen: true)) inflate.CopyTo(plain);
        var reader = new TableReader(plain.GetBuffer().AsSpan(0, (int)plain.Length));
        if (reader.ReadByte() != FormatVersion) throw new InvalidDataException("this is no vendor table of this version");
        var source = reader.ReadText();
        var names = new string[reader.ReadNumber()];
        for (var i = 0; i < names.Length; i++) names[i] = reader.ReadText();
        var (prefixes24, prefixes28) = (reader.ReadPrefixes(names.Length), reader.ReadPrefixes(names.Length));
        return new VendorTable(source, names, prefixes24, prefixes28, reader.ReadPrefixes(names.Length));
    }

    private static VendorTable LoadEmbedded()
    {
        using var stream = typeof(VendorTable).Assembly.GetManifestResourceStream("vendors.bin")
            ?? throw new InvalidDataException("the vendor table is not embedded in this build");
        return Read(stream);
    }

    private ref struct TableReader(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> _rest = bytes;

        public byte ReadByte() => Take(1)[0];

        public int ReadNumber() => (int)Math.Min(ReadLong(), int.MaxValue);

        public string ReadText() => Encoding.UTF8.GetString(Take(ReadNumber()));

        public VendorPrefixes ReadPrefixes(int names)
        {
            var count = ReadNumber();
            if (count > _rest.Length) throw new InvalidDataException("the vendor table is cut");
            var (prefixes, nameOf) = (new ulong[count], new ushort[count]);
            var prefix = 0UL;
            for (var i = 0; i < count; i++) prefixes[i] = prefix += ReadLong();
            for (var i = 0; i < count; i++)
            {
                nameOf[i] = BinaryPrimitives.ReadUInt16BigEndian(Take(2));
                if (nameOf[i] >= names) throw new InvalidDataException("the vendor table names a vendor that it does not hold");
            }
            return new VendorPrefixes(prefixes, nameOf);
        }

        private ulong ReadLong()
        {
            var value = 0UL;
            for (var shift = 0; shift < 64; shift += 7)
            {
                var b = ReadByte();
                value |= (ulong)(b & 0x7F) << shift;
                if (b < 0x80) return value;
            }
            throw new InvalidDataException("the vendor table holds a number that is too large");
        }

        private ReadOnlySpan<byte> Take(int length)
        {
            if (length > _rest.Length) throw new InvalidDataException("the vendor table is cut");
            var taken = _rest[..length];
            _rest = _rest[length..];
            return taken;
        }
    }
}

/// <summary>Prefixes of one length, rising, and the name of each.</summary>
internal readonly struct VendorPrefixes(ulong[] prefixes, ushort[] names)
{
    public int Count => prefixes.Length;

    /// <summary>Every prefix as so many hex digits, with the number of its name.</summary>
    public IEnumerable<(string Prefix, int Name)> All(int digits)
    {
        var format = string.Create(CultureInfo.InvariantCulture, $"X{digits}");
        for (var i = 0; i < prefixes.Length; i++) yield return (prefixes[i].ToString(format, CultureInfo.InvariantCulture), names[i]);
    }

    public bool Find(ulong prefix, out int name)
    {
        var at = Array.BinarySearch(prefixes, prefix);
        name = at < 0 ? -1 : names[at];
        return at >= 0;
    }
}
