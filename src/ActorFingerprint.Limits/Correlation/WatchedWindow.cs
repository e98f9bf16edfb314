using ActorFingerprint.Limits.Entities;
using ActorFingerprint.Limits.Hosting;
using ActorFingerprint.Limits.Keys;
using ActorFingerprint.Limits.Scores;

namespace ActorFingerprint.Limits.Correlation;

/// <summary>
/// A correlation count with its near-threshold watch (AF-1 §9.3, §12): reached at the threshold, at which the set is capped, and at the
/// second landing on threshold − 1.
/// </summary>
public sealed class WatchedWindow
{
    private BoundedWindow _window;
    private UnixSecond _watchedFrom;
    private byte _watched;

    /// <summary>Lifetime of every correlation window, in seconds.</summary>
    public const int LifetimeSeconds = 600;

    /// <summary>The watch; durable, unlike the window.</summary>
    public NearThresholdWatch Watch
    {
        get => new(_watched, _watchedFrom);
        internal set => (_watched, _watchedFrom) = ((byte)Math.Min(value.Count, byte.MaxValue), value.FirstAt);
    }

    /// <summary>Members of the running window.</summary>
    public int Count => _window.Count;

    /// <summary>A member of the running window, in order of arrival.</summary>
    public KeyDigest this[int index] => _window[index];

    /// <summary>When neither window nor watch matters any more.</summary>
    public long ExpiresAt => Math.Max(_window.Count > 0 ? _window.Start + LifetimeSeconds : 0, Watch.ExpiresAt);

    /// <summary>Start of the running window; 0 for none.</summary>
    public long Start => _window.Start;

    /// <summary>Offers a member; true when the rule is met.</summary>
    /// <param name="state">The entity, for its event.</param>
    /// <param name="self">Name of the watch.</param>
    /// <param name="member">Whom the rule counts.</param>
    /// <param name="threshold">Where it is met.</param>
    /// <param name="now">Unix seconds.</param>
    /// <param name="log">Receives the watch's event.</param>
    /// <param name="onlyGrowth">Only a member that is new and fits may meet the rule (H5).</param>
    public bool Reaches(
        EntityState state, in WatchRef self, in DigestPair member, int threshold, long now, EventLog log, bool onlyGrowth = false)
    {
        var seen = _window.Observe(member, now, LifetimeSeconds, threshold);
        if (onlyGrowth && !seen.Added) return false;
        return seen.Count >= threshold || (seen.Count == threshold - 1 && Watch.Observe(state, self, now, log));
    }

    internal void AdoptWindow(WatchedWindow previous) => _window = previous._window;

    internal bool WriteWindow(CompactWriter output, long now) => output.Window(_window, LifetimeSeconds, now);

    internal void ReadWindow(ref CompactReader input) => _window = input.Window();

    internal void AddFacts(WatchRef self, long now, List<LimiterEvent> facts)
    {
        if (Watch.ExpiresAt > now) facts.Add(new LimiterEvent.WatchCounted(Watch.FirstAt, self, Watch.Count, Watch.FirstAt));
    }
}
