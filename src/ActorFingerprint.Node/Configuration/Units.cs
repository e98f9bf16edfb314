using System.Globalization;

namespace ActorFingerprint.Node.Configuration;

/// <summary>
/// Durations and sizes as they are written in configuration and on the command line: a number and, always, a unit. A bare number is
/// refused because nobody can tell its unit a year later.
/// </summary>
public static class Units
{
    private static readonly (string Unit, long Ticks)[] DurationUnits =
    [
        ("us", TimeSpan.TicksPerMicrosecond), ("ms", TimeSpan.TicksPerMillisecond), ("s", TimeSpan.TicksPerSecond),
        ("m", TimeSpan.TicksPerMinute), ("h", TimeSpan.TicksPerHour), ("d", TimeSpan.TicksPerDay),
    ];

    private static readonly (string Unit, long Bytes)[] SizeUnits =
    [
        ("B", 1), ("kB", 1000), ("KiB", 1L << 10), ("MB", 1_000_000), ("MiB", 1L << 20),
        ("GB", 1_000_000_000), ("GiB", 1L << 30), ("TB", 1_000_000_000_000), ("TiB", 1L << 40),
    ];

    /// <summary>What a duration looks like, for error messages.</summary>
    public const string DurationForm = "a number with a unit, such as 5ms, 120s, 15m, 1h or 30d";

    /// <summary>What a size looks like, for error messages.</summary>
    public const string SizeForm = "a number with a unit, such as 512 B, 64 KiB or 64MiB";

    /// <summary>
    /// Reads a duration: <c>us</c>, <c>ms</c>, <c>s</c>, <c>m</c>, <c>h</c> or <c>d</c>, blank before the unit allowed, not
    /// negative.
    /// </summary>
    public static bool TryParseDuration(string text, out TimeSpan duration)
    {
        var read = TryParse(text, DurationUnits, StringComparison.Ordinal, out var ticks);
        duration = TimeSpan.FromTicks(ticks);
        return read;
    }

    /// <summary>Reads a size in bytes: <c>B</c>, decimal <c>kB MB GB TB</c> or binary <c>KiB MiB GiB TiB</c>, letter case free.</summary>
    public static bool TryParseSize(string text, out long bytes) =>
        TryParse(text, SizeUnits, StringComparison.OrdinalIgnoreCase, out bytes);

    /// <summary>The shortest text that reads back to the same duration.</summary>
    public static string Format(TimeSpan duration) => duration == TimeSpan.Zero ? "0s" : Format(duration.Ticks, DurationUnits, "");

    /// <summary>The shortest text that reads back to the same size; binary units.</summary>
    public static string Format(ByteSize size) => Format(size.Bytes, [.. SizeUnits.Where(u => u.Unit is "B" || u.Unit.Contains('i'))], " ");

    private static bool TryParse(string text, (string Unit, long Factor)[] units, StringComparison comparison, out long value)
    {
        value = 0;
        text = text.Trim();
        var digits = text.TakeWhile(c => char.IsAsciiDigit(c) || c == '.').Count();
        if (digits == 0) return false;
        var unit = text[digits..].TrimStart();
        if (!decimal.TryParse(text.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
            out var number)) return false;
        foreach (var (name, factor) in units)
        {
            if (!name.Equals(unit, comparison)) continue;
            if (number > long.MaxValue / factor) return false;
            value = (long)(number * factor);
            return true;
        }
        return false;
    }

    private static string Format(long value, (string Unit, long Factor)[] units, string blank)
    {
        var (unit, factor) = value == 0 ? units[0] : units.LastOrDefault(u => value % u.Factor == 0, units[0]);
        return string.Create(CultureInfo.InvariantCulture, $"{value / factor}{blank}{unit}");
    }
}

/// <summary>A number of bytes that was written with a unit.</summary>
public readonly record struct ByteSize(long Bytes)
{
    /// <summary>The number of bytes.</summary>
    public static implicit operator long(ByteSize size) => size.Bytes;

    /// <summary>So many binary kilobytes.</summary>
    public static ByteSize KiB(long count) => new(count << 10);

    /// <summary>So many binary megabytes.</summary>
    public static ByteSize MiB(long count) => new(count << 20);

    /// <inheritdoc />
    public override string ToString() => Units.Format(this);
}
