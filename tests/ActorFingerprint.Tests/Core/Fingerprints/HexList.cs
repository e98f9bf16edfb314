using System.Globalization;

namespace ActorFingerprint.Tests.Core.Fingerprints;

/// <summary>Lists as the tables write them: hex numbers joined by commas.</summary>
internal static class HexList
{
    public static ushort[] Values(string list) =>
        list.Length == 0 ? [] : [.. list.Split(',').Select(v => ushort.Parse(v, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];

    public static ushort[] Decimal(string list) =>
        list.Length == 0 ? [] : [.. list.Split('-').Select(v => ushort.Parse(v, CultureInfo.InvariantCulture))];

    /// <summary>All sixteen GREASE values.</summary>
    public static ushort[] Grease => [.. Enumerable.Range(0, 16).Select(i => (ushort)(i << 12 | 0x0A00 | i << 4 | 0x0A))];
}
