using System.Globalization;

namespace ActorFingerprint.Persistence.Signatures.Import;

/// <summary>The options field of <see cref="LegacyTcpPattern"/>: <c>M1460,N,W2,S,T0,E</c>.</summary>
internal sealed class LegacyTcpOptions
{
    private const int LongestOptions = 40;

    private readonly List<string> _layout = [];
    private int _lengthToEnd;

    private LegacyTcpOptions() { }

    /// <summary>MSS, <c>*</c> for any, 0 without the option.</summary>
    public string SegmentSize { get; private set; } = "0";

    /// <summary>Window scale, <c>*</c> for any, 0 without the option.</summary>
    public string Scale { get; private set; } = "0";

    /// <summary>The sender's timestamp is zero.</summary>
    public bool HasZeroTimestamp { get; private set; }

    /// <summary>Bytes of the options as listed.</summary>
    public int Length { get; private set; }

    private bool HasEnd => _layout is [.., "eol"];

    /// <summary>Reads the field; null when p0f v3 has no word for an option.</summary>
    public static LegacyTcpOptions? Read(string text)
    {
        var options = new LegacyTcpOptions();
        if (text is "" or ".") return options;
        foreach (var option in text.Split(','))
            if (!options.TryAdd(option)) return null;
        return options;
    }

    /// <summary>The layout in the notation of p0f v3.</summary>
    /// <param name="length">Bytes of IP and TCP options; null when not known.</param>
    public string Layout(int? length)
    {
        var padding = (length is { } all && all <= LongestOptions ? all : (Length + 3) / 4 * 4) - _lengthToEnd;
        return string.Join(',', _layout.Select(option => option == "eol" ? $"eol+{Math.Max(0, padding)}" : option));
    }

    /// <summary>Bytes of IP options: what the header has beyond the TCP options, when the quirks say that there are some.</summary>
    public int NetworkLength(int? length, string quirks) =>
        quirks.Contains('I') && length is { } all ? Math.Max(0, all - (Length + 3) / 4 * 4) : 0;

    private bool TryAdd(string option)
    {
        if (HasEnd)
        {
            Length++;
            return option is "E" or "N";
        }
        var (name, length) = option switch
        {
            "N" => ("nop", 1),
            "E" => ("eol", 1),
            "S" => ("sok", 2),
            "T" or "T0" => ("ts", 10),
            ['M', .. var value] when IsValue(value) => ("mss", 4),
            ['W', .. var value] when IsValue(value) => ("ws", 3),
            ['?', .. var kind] when IsValue(kind) && kind != "*" => (option, 2),
            _ => ("", 0),
        };
        if (name == "mss") SegmentSize = Number(option[1..]);
        if (name == "ws") Scale = Number(option[1..]);
        HasZeroTimestamp |= option == "T0";
        _layout.Add(name);
        Length += length;
        _lengthToEnd = Length;
        return length > 0;
    }

    /// <summary>A number, written as p0f v3 does; an MSS that was read as signed is made unsigned.</summary>
    private static string Number(string value) =>
        value == "*" ? value : ((ushort)int.Parse(value, CultureInfo.InvariantCulture)).ToString(CultureInfo.InvariantCulture);

    private static bool IsValue(string value) =>
        value == "*" || (int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number is >= short.MinValue and <= ushort.MaxValue);
}
