using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using ActorFingerprint.Core.Fingerprints;

namespace ActorFingerprint.Core.Identification.Signatures;

/// <summary>How well a signature fits a pattern.</summary>
public enum P0fFit : byte
{
    /// <summary>Not at all.</summary>
    None,
    /// <summary>But for a quirk that middleboxes remove or add, or a TTL that is out of range.</summary>
    Fuzzy,
    /// <summary>In everything.</summary>
    Exact,
}

/// <summary>
/// A TCP signature of p0f v3's database (its README, section 5): <c>ver:ittl:olen:mss:wsize,scale:olayout:quirks:pclass</c>, with <c>*</c>
/// for any version, MSS, window, scale or payload; a window may be <c>mss*N</c>, <c>mtu*N</c>, <c>%N</c>; <c>64-</c> is the highest of
/// initial TTLs that vary. Immutable.
/// </summary>
public sealed class P0fPattern
{
    private const TcpQuirks Removed = TcpQuirks.DontFragment | TcpQuirks.NonzeroId;
    private const TcpQuirks Added = TcpQuirks.ZeroId | TcpQuirks.Ecn;
    private const TcpQuirks OnlyV4 = TcpQuirks.DontFragment | TcpQuirks.NonzeroId | TcpQuirks.ZeroId;

    private readonly char _version;
    private readonly int _timeToLive;
    private readonly bool _variesTimeToLive;
    private readonly int _optionsLength;
    private readonly int? _segmentSize;
    private readonly P0fWindow _window;
    private readonly int? _scale;
    private readonly TcpQuirks _quirks;
    private readonly char _payload;

    private P0fPattern(string[] fields, (int Time, bool Varies) ttl, int optionsLength, int? segmentSize, P0fWindow window, int? scale,
        TcpQuirks quirks)
    {
        (_version, Layout, _payload) = (fields[0][0], fields[5], fields[7][0]);
        (_timeToLive, _variesTimeToLive) = ttl;
        (_optionsLength, _segmentSize, _window, _scale, _quirks) = (optionsLength, segmentSize, window, scale, quirks);
    }

    /// <summary>The options that a signature must have, in their order: <c>mss,sok,ts,nop,ws</c>. A key for tables of patterns.</summary>
    public string Layout { get; }

    /// <summary>Reads a pattern; otherwise says what is wrong with it.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out P0fPattern? pattern, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(text);
        pattern = null;
        problem = null;
        var fields = text.Split(':');
        if (fields.Length != 8) problem = $"{fields.Length} fields in the place of the 8 of "
            + "ver:ittl:olen:mss:wsize,scale:olayout:quirks:pclass";
        else if (fields[0] is not ("4" or "6" or "*")) problem = $"'{fields[0]}' is no IP version: 4, 6 or *";
        else if (!TryTimeToLive(fields[1], out var ttl)) problem = $"'{fields[1]}' is no initial TTL: 1 to 255, perhaps with - behind it";
        else if (!TryNumber(fields[2], 255, out var optionsLength)) problem = $"'{fields[2]}' is no length of IP options";
        else if (!TryOptional(fields[3], ushort.MaxValue, out var segment)) problem = $"'{fields[3]}' is no MSS: a number or *";
        else if (fields[4].Split(',') is not [var size, var scaleText] || !P0fWindow.TryParse(size, out var window)
            || !TryOptional(scaleText, 255, out var scale)) problem = $"'{fields[4]}' is no window,scale";
        else if (!IsLayout(fields[5])) problem = $"'{fields[5]}' is no layout of options: nop eol+N mss ws sok sack ts ?N";
        else if (!P0fQuirks.TryParse(fields[6], out var quirks)) problem = $"'{fields[6]}' has an unknown quirk";
        else if (fields[7] is not ("0" or "+" or "*")) problem = $"'{fields[7]}' is no payload class: 0, + or *";
        else pattern = new P0fPattern(fields, ttl, optionsLength, segment, window, scale, quirks);
        return pattern is not null;
    }

    /// <summary>Compares with a signature.</summary>
    public P0fFit Match(TcpTraits signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        if (Layout != signature.Layout || _optionsLength != signature.OptionsLength) return P0fFit.None;
        if (_version != '*' && _version == '6' != signature.IsV6) return P0fFit.None;
        if (_payload != '*' && _payload == '+' != signature.HasPayload) return P0fFit.None;
        if ((_segmentSize ?? signature.SegmentSize) != signature.SegmentSize || (_scale ?? signature.Scale) != signature.Scale)
            return P0fFit.None;
        var fit = FitOfQuirks(signature);
        if (fit == P0fFit.None || !FitsWindow(signature)) return P0fFit.None;
        var hops = _timeToLive - signature.TimeToLive;
        if (_variesTimeToLive) return hops < 0 ? P0fFit.None : fit;
        return hops is < 0 or > TcpHandshake.MaxDistance ? P0fFit.Fuzzy : fit;
    }

    /// <summary>Routers passed when the pattern is right; null when the TTL is out of its range.</summary>
    public int? Distance(TcpTraits signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        return _timeToLive - signature.TimeToLive is var hops and >= 0 and <= TcpHandshake.MaxDistance ? hops : null;
    }

    private P0fFit FitOfQuirks(TcpTraits signature)
    {
        var expected = _quirks;
        if (_version == '*') expected &= signature.IsV6 ? ~OnlyV4 : ~TcpQuirks.FlowLabel;
        if (expected == signature.Quirks) return P0fFit.Exact;
        var isClose = (expected & ~signature.Quirks & ~Removed) == 0 && (signature.Quirks & ~expected & ~Added) == 0;
        return isClose ? P0fFit.Fuzzy : P0fFit.None;
    }

    private bool FitsWindow(TcpTraits signature) => _window.Kind switch
    {
        P0fWindowKind.Any => true,
        P0fWindowKind.Fixed => signature.WindowCanBe(window => window == _window.Value),
        P0fWindowKind.MultipleOf => signature.WindowCanBe(window => window % _window.Value == 0),
        _ => signature.Window == _window,
    };

    private static bool TryTimeToLive(string text, out (int Time, bool Varies) ttl)
    {
        var varies = text.EndsWith('-');
        var number = varies ? text[..^1] : text;
        var isNumber = TryNumber(number, 255, out var time);
        if (number.Split('+') is [var seen, var distance])
        {
            isNumber = TryNumber(seen, 255, out time) & TryNumber(distance, 255, out var hops);
            time += hops;
        }
        ttl = (time, varies);
        return isNumber && time is >= 1 and <= 255;
    }

    private static bool IsLayout(string text) => text.Length == 0 || Array.TrueForAll(text.Split(','), option => option switch
    {
        "nop" or "mss" or "ws" or "sok" or "sack" or "ts" => true,
        ['e', 'o', 'l', '+', .. var padding] => TryNumber(padding, 255, out _),
        ['?', .. var kind] => TryNumber(kind, 255, out _),
        _ => false,
    });

    private static bool TryOptional(string text, int largest, out int? number)
    {
        number = null;
        if (text == "*") return true;
        if (!TryNumber(text, largest, out var given)) return false;
        number = given;
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<char> text, int largest, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= largest;
}
