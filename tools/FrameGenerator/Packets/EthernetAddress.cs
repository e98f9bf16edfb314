using System.Globalization;

namespace ActorFingerprint.Tools.FrameGenerator.Packets;

/// <summary>A 48-bit MAC address.</summary>
internal readonly record struct EthernetAddress(ulong Value)
{
    public static readonly EthernetAddress Broadcast = new(0xFFFF_FFFF_FFFF);

    /// <summary>From <c>AA:BB:CC:DD:EE:FF</c>.</summary>
    public static EthernetAddress Parse(string text) =>
        new(ulong.Parse(text.Replace(":", "", StringComparison.Ordinal), NumberStyles.HexNumber, CultureInfo.InvariantCulture));

    /// <summary>A vendor prefix of 24 bits, as <c>AA:BB:CC</c>, with a made-up rest.</summary>
    public static EthernetAddress Of(string prefix, SeededRandom random) =>
        new(Parse(prefix).Value << 24 | random.NextUInt32() & 0xFFFFFF);

    /// <summary>A locally administered unicast address, as phones make them for each network.</summary>
    public static EthernetAddress Randomised(SeededRandom random) =>
        new(random.NextUInt64() & 0xFCFF_FFFF_FFFF | 0x0200_0000_0000);

    /// <summary>Six bytes, first on the wire first.</summary>
    public byte[] ToBytes() =>
        [(byte)(Value >> 40), (byte)(Value >> 32), (byte)(Value >> 24), (byte)(Value >> 16), (byte)(Value >> 8), (byte)Value];

    /// <summary><c>AA:BB:CC:DD:EE:FF</c>.</summary>
    public override string ToString() => string.Join(':', ToBytes().Select(b => b.ToString("X2", CultureInfo.InvariantCulture)));
}
