namespace ActorFingerprint.Protocols;

/// <summary>
/// Shares one immutable object between messages with the same bytes. Fixed number of slots, each holding the newest content
/// that was seen twice in a row there; whole contents are compared, so a hit is never wrong and results do not depend on it.
/// </summary>
/// <param name="slots">Slots; a power of two.</param>
internal sealed class ContentCache<T>(int slots)
    where T : class
{
    /// <summary>Longer contents are not kept: a sender must not fill the slots with megabytes.</summary>
    public const int MaxContent = 2048;

    private Slot[]? _slots;

    /// <summary>The object stored for exactly these bytes, or null.</summary>
    /// <param name="hash"><see cref="ContentHash.Of"/> of <paramref name="content"/>.</param>
    /// <param name="content">The bytes.</param>
    public T? Find(ulong hash, ReadOnlySpan<byte> content)
    {
        if (_slots is null) return null;
        ref var slot = ref SlotOf(hash);
        return slot.Hash == hash && slot.Value is not null && content.SequenceEqual(slot.Content) ? slot.Value : null;
    }

    /// <summary>
    /// Offers an object for these bytes; kept when the slot saw the same bytes last time, so that one-off contents cost no copy.
    /// </summary>
    public void Offer(ulong hash, ReadOnlySpan<byte> content, T value)
    {
        if (content.Length > MaxContent) return;
        _slots ??= new Slot[slots];
        ref var slot = ref SlotOf(hash);
        if (slot.Candidate == hash) slot = new Slot { Hash = hash, Candidate = hash, Content = content.ToArray(), Value = value };
        else slot.Candidate = hash;
    }

    private ref Slot SlotOf(ulong hash) => ref _slots![(int)hash & (slots - 1)];

    private struct Slot
    {
        public ulong Hash;
        public ulong Candidate;
        public byte[]? Content;
        public T? Value;
    }
}
