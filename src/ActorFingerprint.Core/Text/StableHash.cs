namespace ActorFingerprint.Core.Text;

/// <summary>A 64-bit hash of text that is the same on every machine and for ever, unlike <see cref="string.GetHashCode()"/>.</summary>
public static class StableHash
{
    /// <summary>FNV-1a over the UTF-16 code units, then a finaliser that spreads the bits over the whole range.</summary>
    public static ulong Of(ReadOnlySpan<char> text)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in text) hash = (hash ^ c) * 1099511628211UL;
        hash = (hash ^ (hash >> 33)) * 0xFF51AFD7ED558CCDUL;
        hash = (hash ^ (hash >> 33)) * 0xC4CEB9FE1A85EC53UL;
        return hash ^ (hash >> 33);
    }
}
