namespace ActorFingerprint.Cluster.RabbitMq;

/// <summary>
/// When a queue needs a token. The one active consumer of a queue holds a message of no content, the token: the broker gives it to the next
/// consumer when this one dies, which so learns at once that it is the active one, however quiet the queue is. Tokens are made when there seems
/// to be none; one too many does no harm. Times are timestamps in ticks of 100 ns.
/// </summary>
internal sealed class TokenKeeper
{
    /// <summary>How long a queue may seem to have no active consumer, or its active consumer no token, before one is made.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>A broker takes a consumer that acknowledges nothing for 30 minutes for broken.</summary>
    public static readonly TimeSpan RenewalAge = TimeSpan.FromMinutes(10);

    /// <summary>A quorum queue keeps everything that came after its oldest unacknowledged message on its disk.</summary>
    public const long RenewalBytes = 32L << 20;

    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private ulong? _held;
    private long _heldSince;
    private long _bytes;
    private long _needSince = -1;
    private long _notBefore;
    private TimeSpan _pause = Patience;

    /// <summary>A token is held.</summary>
    public bool HasToken => _held is not null;

    /// <summary>A token has come: the tag of the one before it, which may be acknowledged now; null when it is the first.</summary>
    public ulong? Hold(ulong tag, long now)
    {
        var earlier = _held;
        (_held, _heldSince, _bytes, _needSince, _notBefore, _pause) = (tag, now, 0, -1, 0, Patience);
        return earlier;
    }

    /// <summary>A message of so many bytes has come.</summary>
    public void Delivered(int bytes) => _bytes += bytes;

    /// <summary>
    /// True when a token is to be published now; asked about once a second.
    /// </summary>
    /// <param name="isActive">This consumer is the active one.</param>
    /// <param name="isOwned">Some node is known to be the active consumer.</param>
    /// <param name="now">Timestamp.</param>
    public bool NeedsToken(bool isActive, bool isOwned, long now)
    {
        var isNeeded = isActive
            ? _held is null || now - _heldSince >= RenewalAge.Ticks || _bytes >= RenewalBytes
            : !isOwned;
        if (!isNeeded)
        {
            (_needSince, _notBefore, _pause) = (-1, 0, Patience);
            return false;
        }
        if (_needSince < 0) _needSince = now;
        var isPatient = _held is null && now - _needSince < Patience.Ticks;
        if (isPatient || now < _notBefore) return false;
        _notBefore = now + _pause.Ticks;
        _pause = TimeSpan.FromTicks(Math.Min(_pause.Ticks * 2, LongestPause.Ticks));
        return true;
    }
}
