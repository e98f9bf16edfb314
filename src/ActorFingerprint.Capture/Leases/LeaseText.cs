using System.Globalization;
using System.Text;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Text;

namespace ActorFingerprint.Capture.Leases;

/// <summary>What lease files have in common: lines, times, addresses, and texts that clients chose.</summary>
internal static class LeaseText
{
    /// <summary>Longest text that is kept, in bytes: what a DHCP option can hold.</summary>
    public const int MaxBytes = 255;

    private const long MaxUnixSeconds = 253_402_300_799; // the end of the year 9999

    /// <summary>The lines with their numbers from 1, without white space at their ends.</summary>
    public static IEnumerable<(int Number, string Line)> Lines(string text)
    {
        var number = 0;
        foreach (var line in text.AsSpan().EnumerateLines().ToList()) yield return (++number, line);
    }

    /// <summary>UTC ticks of seconds since 1970; null outside the years 1970 to 9999.</summary>
    public static long? TicksOf(long unixSeconds) => unixSeconds is > 0 and <= MaxUnixSeconds
        ? DateTime.UnixEpoch.Ticks + unixSeconds * TimeSpan.TicksPerSecond : null;

    /// <summary>A text that a client chose, escaped; null when it is empty.</summary>
    public static string? Chosen(ReadOnlySpan<byte> bytes) =>
        bytes.TrimEnd((byte)0) is { IsEmpty: false } text ? WireText.Escape(text[..Math.Min(text.Length, MaxBytes)]) : null;

    /// <summary>A text that a client chose, escaped; null when it is empty.</summary>
    public static string? Chosen(string text) => Chosen(Encoding.UTF8.GetBytes(text));

    /// <summary>Bytes written as hex with or without colons; false when they are not.</summary>
    public static bool TryReadHex(string text, out string hex)
    {
        hex = text.Replace(":", "", StringComparison.Ordinal).ToLowerInvariant();
        if (text.Contains(':', StringComparison.Ordinal) && text.Split(':').Any(part => part.Length != 2)) return false;
        return hex.Length is > 0 and <= 2 * MaxBytes && hex.Length % 2 == 0 && hex.All(char.IsAsciiHexDigit);
    }

    /// <summary>The hardware address in a client identifier of type 1 (Ethernet), or none.</summary>
    public static MacAddress MacOf(string? clientId) => clientId is { Length: 14 } && clientId.StartsWith("01", StringComparison.Ordinal)
        && MacAddress.TryParse(clientId.AsSpan(2), out var mac) && mac.IsUnicast ? mac : MacAddress.None;

    /// <summary>A whole number, without sign.</summary>
    public static bool TryReadNumber(string text, out long value) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    private static List<string> ToList(this SpanLineEnumerator lines)
    {
        var list = new List<string>();
        foreach (var line in lines) list.Add(line.Trim().ToString());
        return list;
    }
}
