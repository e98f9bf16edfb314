using ActorFingerprint.Limits.Keys;

namespace ActorFingerprint.Limits.Scores;

/// <summary>What a window saw of one member.</summary>
/// <param name="Count">Members after the observation.</param>
/// <param name="Added">It was new and is in now.</param>
/// <param name="Refused">It was new, and the window is full.</param>
public readonly record struct WindowObservation(int Count, bool Added, bool Refused);

/// <summary>
/// An exact set of bounded size in a fixed window from its first member (AF-1 §12): duplicates do not extend it, an overflow is refused,
/// and it has expired when now ≥ start + lifetime. Volatile: it lives 15 minutes at most and is never journaled.
/// </summary>
public sealed class BoundedWindow
{
    private KeyDigest[] _members = [];

    /// <summary>First second of the window (Unix).</summary>
    public long Start { get; private set; }

    /// <summary>Members now.</summary>
    public int Count { get; private set; }

    /// <summary>The members, in order of arrival.</summary>
    public ReadOnlySpan<KeyDigest> Members => _members.AsSpan(0, Count);

    /// <summary>Offers a member.</summary>
    /// <param name="member">Its name; a member known by its previous-generation name is a duplicate (§5.2).</param>
    /// <param name="now">Unix seconds.</param>
    /// <param name="lifetime">Seconds of the window.</param>
    /// <param name="capacity">Members at most.</param>
    public WindowObservation Observe(in DigestPair member, long now, int lifetime, int capacity)
    {
        if (now >= Start + lifetime) (Start, Count) = (now, 0);
        foreach (var known in Members)
            if (member.Matches(known)) return new(Count, false, false);
        if (Count >= capacity) return new(Count, false, true);
        if (Count == _members.Length) Array.Resize(ref _members, Math.Min(capacity, Math.Max(2, Count * 2)));
        _members[Count++] = member.Current;
        return new(Count, true, false);
    }

    /// <summary>Members at a time, without an observation: 0 once the window has expired.</summary>
    public int CountAt(long now, int lifetime) => now >= Start + lifetime ? 0 : Count;
}
