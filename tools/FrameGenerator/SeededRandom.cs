namespace ActorFingerprint.Tools.FrameGenerator;

/// <summary>
/// SplitMix64: the same numbers for the same seed on every runtime and machine, which <see cref="Random"/> does not promise.
/// Not for secrets.
/// </summary>
internal sealed class SeededRandom(ulong seed)
{
    private ulong _state = seed;

    /// <summary>A generator of its own for <paramref name="purpose"/>, so that changing one device leaves the others' bytes
    /// alone.</summary>
    public static SeededRandom For(int seed, string purpose)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in purpose) hash = (hash ^ c) * 1099511628211UL;
        return new SeededRandom(hash ^ ((ulong)(uint)seed << 32 | (uint)seed));
    }

    /// <summary>The next 64 bits.</summary>
    public ulong NextUInt64()
    {
        var z = _state += 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }

    /// <summary>0 … <paramref name="exclusiveMax"/> − 1.</summary>
    public int Next(int exclusiveMax) => (int)(NextUInt64() % (ulong)exclusiveMax);

    /// <summary><paramref name="min"/> … <paramref name="exclusiveMax"/> − 1.</summary>
    public int Next(int min, int exclusiveMax) => min + Next(exclusiveMax - min);

    /// <summary>True in <paramref name="percent"/> of 100 calls.</summary>
    public bool Chance(int percent) => Next(100) < percent;

    /// <summary>The next 32 bits.</summary>
    public uint NextUInt32() => (uint)(NextUInt64() >> 32);

    /// <summary><paramref name="length"/> bytes.</summary>
    public byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        for (var i = 0; i < length; i++) bytes[i] = (byte)(NextUInt64() >> 56);
        return bytes;
    }

    /// <summary>One item.</summary>
    public T Pick<T>(IReadOnlyList<T> items) => items[Next(items.Count)];

    /// <summary>The items in another order (Fisher–Yates).</summary>
    public T[] Shuffle<T>(IEnumerable<T> items)
    {
        var shuffled = items.ToArray();
        for (var i = shuffled.Length - 1; i > 0; i--)
        {
            var j = Next(i + 1);
            (shuffled[i], shuffled[j]) = (shuffled[j], shuffled[i]);
        }
        return shuffled;
    }
}
