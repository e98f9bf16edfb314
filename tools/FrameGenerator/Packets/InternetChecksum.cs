namespace ActorFingerprint.Tools.FrameGenerator.Packets;

/// <summary>The ones' complement sum of IP, UDP and TCP (RFC 1071).</summary>
internal static class InternetChecksum
{
    public static int Of(params ReadOnlySpan<byte[]> parts)
    {
        var sum = 0L;
        foreach (var part in parts)
        {
            for (var i = 0; i + 1 < part.Length; i += 2) sum += part[i] << 8 | part[i + 1];
            if (part.Length % 2 == 1) sum += part[^1] << 8;
        }
        while (sum >> 16 != 0) sum = (sum & 0xFFFF) + (sum >> 16);
        return (int)(~sum & 0xFFFF);
    }
}
