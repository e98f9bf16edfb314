using ActorFingerprint.Limits.Keys;

namespace ActorFingerprint.Limits.Scores;

/// <summary>What a window saw of one member.</summary>
/// <param name="Count">Members after the observation.</param>
/// <param name="Added">It was new and is in now.</param>
/// <param name="Refused">It was new, and the window is full.</param>
public readonly record struct WindowObservation(int Count, bool Added, bool Refused);

/// <summary>
/// An exact set of bounded size in a fixed window from its first member (AF-1 §12): duplicates do not extend it, an overflow is refused,
/// and it has expired when now ≥ start + lifetime. Volatile: it lives 15 minutes at most and is never journaled. A field of its owner,
/// since most windows hold one member; mutable, so never copied but to hand it over.
/// </summary>
internal struct BoundedWindow
{
    private KeyDigest _first;
    private KeyDigest[]? _others;
    private UnixSecond _start;

    /// <summary>First second of the window (Unix).</summary>
    public readonly long Start => _start;

    /// <summary>Members now.</summary>
    public int Count { get; private set; }

    /// <summary>A window with its members, in their order.</summary>
    public static BoundedWindow Of(long start, ReadOnlySpan<KeyDigest> members) => new()
    {
        _start = start,
        Count = members.Length,
        _first = members.IsEmpty ? default : members[0],
        _others = members.Length < 2 ? null : members[1..].ToArray(),
    };

    /// <summary>A member, in order of arrival.</summary>
    public readonly KeyDigest this[int index] => index == 0 ? _first : _others![index - 1];

    /// <summary>Offers a member.</summary>
    /// <param name="member">Its name; a member known by its previous-generation name is a duplicate (§5.2).</param>
    /// <param name="now">Unix seconds.</param>
    /// <param name="lifetime">Seconds of the window.</param>
    /// <param name="capacity">Members at most.</param>
    public WindowObservation Observe(in DigestPair member, long now, int lifetime, int capacity)
    {
        if (now >= Start + lifetime) (_start, Count) = (now, 0);
        for (var i = 0; i < Count; i++)
            if (member.Matches(this[i])) return new(Count, false, false);
        if (Count >= capacity) return new(Count, false, true);
        if (Count == 0) _first = member.Current;
        else
        {
            if (Count > (_others?.Length ?? 0)) Array.Resize(ref _others, Math.Min(capacity - 1, Math.Max(2, Count * 2)));
            _others![Count - 1] = member.Current;
        }
        Count++;
        return new(Count, true, false);
    }

    /// <summary>Members at a time, without an observation: 0 once the window has expired.</summary>
    public readonly int CountAt(long now, int lifetime) => now >= Start + lifetime ? 0 : Count;
}
