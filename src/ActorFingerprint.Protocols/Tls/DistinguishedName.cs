using System.Globalization;
using System.Text;

namespace ActorFingerprint.Protocols.Tls;

/// <summary>
/// A name of a certificate as text, much as RFC 4514 writes it: the last part first, parts joined by commas and values of one part by plus
/// signs. Bytes outside printable ASCII and <c>\ , + " &lt; &gt; ; =</c> are <c>\xNN</c>. Never throws; the text is cut between two
/// characters of the name.
/// </summary>
internal static class DistinguishedName
{
    /// <summary>Parts that are read.</summary>
    private const int MaxParts = 32;

    private const int MaxIdentifierBytes = 16;
    private const byte BmpString = 30;

    /// <summary>Text of at most <paramref name="maxLength"/> characters, up to 256.</summary>
    public static string Format(ReadOnlySpan<byte> name, int maxLength)
    {
        Span<Range> parts = stackalloc Range[MaxParts];
        var count = 0;
        var reader = new DerReader(name);
        for (var at = 0; count < MaxParts && reader.TryRead(out var tag, out var value, out var content); at += value.Length)
            if (tag == DerReader.Set) parts[count++] = (at + value.Length - content.Length)..(at + value.Length);
        var text = new CutText(stackalloc char[Math.Min(maxLength, 256)]);
        for (var i = count - 1; i >= 0; i--)
        {
            if (i < count - 1) text.Append(",");
            AppendPart(name[parts[i]], ref text);
        }
        return text.ToString();
    }

    private static void AppendPart(ReadOnlySpan<byte> part, ref CutText text)
    {
        var isFirst = true;
        var values = new DerReader(part);
        while (!text.IsFull && values.TryRead(DerReader.Sequence, out var pair))
        {
            var reader = new DerReader(pair);
            if (!reader.TryRead(DerReader.ObjectIdentifier, out var type)
                || !reader.TryRead(out var tag, out var whole, out var value)) return;
            if (!isFirst) text.Append("+");
            isFirst = false;
            AppendType(type, ref text);
            text.Append("=");
            if (tag == BmpString) AppendBmp(value, ref text);
            else if (IsText(tag)) foreach (var b in value) text.Append(b);
            else AppendHex(whole, ref text);
        }
    }

    private static void AppendType(ReadOnlySpan<byte> identifier, ref CutText text)
    {
        var name = identifier switch
        {
            [0x55, 4, 3] => "CN",
            [0x55, 4, 5] => "serialNumber",
            [0x55, 4, 6] => "C",
            [0x55, 4, 7] => "L",
            [0x55, 4, 8] => "ST",
            [0x55, 4, 9] => "STREET",
            [0x55, 4, 10] => "O",
            [0x55, 4, 11] => "OU",
            [0x09, 0x92, 0x26, 0x89, 0x93, 0xF2, 0x2C, 0x64, 1, 25] => "DC",
            [0x09, 0x92, 0x26, 0x89, 0x93, 0xF2, 0x2C, 0x64, 1, 1] => "UID",
            [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 9, 1] => "emailAddress",
            _ => Dotted(identifier),
        };
        text.Append(name);
    }

    /// <summary>An object identifier in decimals (X.690 §8.19); of more than 16 bytes the first.</summary>
    private static string Dotted(ReadOnlySpan<byte> identifier)
    {
        if (identifier.IsEmpty) return "0";
        identifier = identifier[..Math.Min(identifier.Length, MaxIdentifierBytes)];
        var text = new StringBuilder();
        UInt128 number = 0;
        foreach (var b in identifier)
        {
            number = number << 7 | (UInt128)(b & 0x7F);
            if (b >= 0x80) continue;
            if (text.Length > 0) text.Append(CultureInfo.InvariantCulture, $".{number}");
            else if (number < 80) text.Append(CultureInfo.InvariantCulture, $"{number / 40}.{number % 40}");
            else text.Append(CultureInfo.InvariantCulture, $"2.{number - 80}");
            number = 0;
        }
        return text.Length == 0 ? "0" : text.ToString();
    }

    /// <summary>UTF8String, NumericString, PrintableString, TeletexString, IA5String, VisibleString and GeneralString.</summary>
    private static bool IsText(byte tag) => tag is 12 or 18 or 19 or 20 or 22 or 26 or 27;

    private static void AppendBmp(ReadOnlySpan<byte> value, ref CutText text)
    {
        for (var i = 0; i < value.Length; i++)
            if (i % 2 == 1 || i + 1 == value.Length || value[i] != 0) text.Append(value[i]);
    }

    private static void AppendHex(ReadOnlySpan<byte> value, ref CutText text)
    {
        text.Append("#");
        foreach (var b in value)
        {
            if (text.IsFull) return;
            text.Append(Convert.ToHexStringLower([b]));
        }
    }

    /// <summary>Text that ends where the room does; an escape is never cut in half.</summary>
    private ref struct CutText(Span<char> room)
    {
        private readonly Span<char> _room = room;
        private int _length;

        public bool IsFull { get; private set; }

        public void Append(scoped ReadOnlySpan<char> text)
        {
            IsFull |= text.Length > _room.Length - _length;
            if (IsFull) return;
            text.CopyTo(_room[_length..]);
            _length += text.Length;
        }

        public void Append(byte value)
        {
            if (value is >= 0x20 and <= 0x7E && !"\\,+\"<>;="u8.Contains(value)) Append([(char)value]);
            else Append(['\\', 'x', "0123456789abcdef"[value >> 4], "0123456789abcdef"[value & 15]]);
        }

        public override readonly string ToString() => new(_room[.._length]);
    }
}
