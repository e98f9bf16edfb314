using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using ActorFingerprint.Core.Fingerprints;

namespace ActorFingerprint.Core.Identification.Signatures;

/// <summary>
/// A raw TCP signature (<see cref="TcpSignature"/>: <c>4:64+0:0:1460:mss*20,7:mss,sok,ts,nop,ws:df,id+:0</c>) taken apart, to compare it
/// with many patterns.
/// </summary>
public sealed class TcpTraits
{
    private const int MinimumTcpHeader = 20;

    private TcpTraits() { }

    internal bool IsV6 { get; private init; }
    internal int TimeToLive { get; private init; }
    internal int OptionsLength { get; private init; }
    internal int SegmentSize { get; private init; }
    internal P0fWindow Window { get; private init; }
    internal int Scale { get; private init; }
    internal string Layout { get; private init; } = "";
    internal TcpQuirks Quirks { get; private init; }
    internal bool HasPayload { get; private init; }

    /// <summary>Reads a signature as <see cref="TcpSignature.Of"/> writes it.</summary>
    public static bool TryParse(string? signature, [NotNullWhen(true)] out TcpTraits? traits)
    {
        traits = null;
        var fields = (signature ?? "").Split(':');
        if (fields.Length != 8 || fields[0] is not ("4" or "6")) return false;
        var time = fields[1].Split('+');
        var window = fields[4].Split(',');
        if (time.Length != 2 || window.Length != 2 || !TryNumber(time[0], 255, out var timeToLive)
            || !TryNumber(fields[2], ushort.MaxValue, out var optionsLength) || !TryNumber(fields[3], ushort.MaxValue, out var segmentSize)
            || !P0fWindow.TryParse(window[0], out var size) || size.Kind is P0fWindowKind.Any or P0fWindowKind.MultipleOf
            || !TryNumber(window[1], 255, out var scale) || !P0fQuirks.TryParse(fields[6], out var quirks)
            || fields[7] is not ("0" or "+")) return false;
        traits = new TcpTraits
        {
            IsV6 = fields[0] == "6",
            TimeToLive = timeToLive,
            OptionsLength = optionsLength,
            SegmentSize = segmentSize,
            Window = size,
            Scale = scale,
            Layout = fields[5],
            Quirks = quirks,
            HasPayload = fields[7] == "+",
        };
        return true;
    }

    /// <summary>
    /// True when the window can be one that <paramref name="test"/> accepts. A multiple does not tell of which size it is one: every size
    /// that would be written like this is tried (<see cref="TcpWindow"/>).
    /// </summary>
    internal bool WindowCanBe(Func<int, bool> test)
    {
        if (Window.Kind == P0fWindowKind.Fixed) return test(Window.Value);
        var headers = (IsV6 ? 40 : 20) + OptionsLength + MinimumTcpHeader + LayoutLength();
        var hasTimestamp = Layout.Split(',').Contains("ts") && (Quirks & TcpQuirks.ZeroTimestamp) == 0;
        ReadOnlySpan<int> sizes =
            [SegmentSize, SegmentSize - 12, 1460, 1448, 1440, 1428, SegmentSize + 40, SegmentSize + headers, SegmentSize + 60, 1500];
        foreach (var size in sizes)
        {
            var window = size * Window.Value;
            if (size <= 0 || window > ushort.MaxValue) continue;
            var written = TcpWindow.Of(window, SegmentSize, hasTimestamp, IsV6, headers, peerSegment: 0);
            if (written == new TcpWindow(Window.Value, Window.Kind == P0fWindowKind.Packets) && test(window)) return true;
        }
        return false;
    }

    /// <summary>Bytes of the options, filled up to whole words. Options of unknown kinds count two bytes.</summary>
    private int LayoutLength()
    {
        var length = 0;
        foreach (var option in Layout.Split(',', StringSplitOptions.RemoveEmptyEntries))
            length += option switch
            {
                "nop" => 1,
                "mss" => 4,
                "ws" => 3,
                "sok" => 2,
                "ts" => 10,
                ['e', 'o', 'l', '+', .. var padding] => TryNumber(padding, 40, out var bytes) ? 1 + bytes : 1,
                _ => 2,
            };
        return (length + 3) / 4 * 4;
    }

    private static bool TryNumber(ReadOnlySpan<char> text, int largest, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= largest;
}
