namespace ActorFingerprint.Protocols.Tcp;

/// <summary>Hash of what a sender shows, for <see cref="MinuteMemory"/>: the same from two machines is two values.</summary>
internal static class SenderHash
{
    /// <summary>Of the packet's source and two hashes or numbers of the content.</summary>
    public static ulong Of(in PacketHeader packet, ulong first, ulong second)
    {
        var (high, low) = packet.Source.Bits;
        var sender = ContentHash.Mix(high ^ packet.SourceMac.Value ^ 0x9E3779B97F4A7C15, low ^ 0xD6E8FEB86659FD93);
        return ContentHash.Mix(sender ^ first, second ^ 0xA0761D6478BD642F);
    }
}
