namespace ActorFingerprint.Core.Fingerprints;

/// <summary>The values that clients sprinkle into lists to keep servers tolerant (RFC 8701).</summary>
public static class Grease
{
    /// <summary>True for the 16 reserved values 0x0a0a, 0x1a1a … 0xfafa; 0x0a1a is an ordinary value.</summary>
    public static bool IsGrease(ushort value) => (value & 0x0F0F) == 0x0A0A && value >> 8 == (value & 0xFF);

    /// <summary>How many values of <paramref name="list"/> are not GREASE.</summary>
    public static int CountOthers(ReadOnlySpan<ushort> list)
    {
        var count = 0;
        foreach (var value in list)
            if (!IsGrease(value)) count++;
        return count;
    }
}
