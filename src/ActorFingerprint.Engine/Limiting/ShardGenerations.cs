namespace ActorFingerprint.Engine.Limiting;

/// <summary>
/// The generations of secrets that requests of several nodes came with, as far as a shard knows: nodes rotate one after the other, and an
/// entity that a request of the newer generation has used must not be used by one of the older, which does not know the newer names inside
/// it. Belongs to whoever owns the shard.
/// </summary>
internal sealed class ShardGenerations
{
    private (ulong Current, ulong Previous) _newest;
    private ushort _number;

    /// <summary>Whether a request of a generation may use the entity; then it counts as the one that used it last.</summary>
    public bool Admit(LimiterEntity entity, (ulong Current, ulong Previous) generation)
    {
        if (entity.IsGiven) return false;
        var number = NumberOf(generation);
        if (number < entity.Generation) return false;
        entity.Generation = number;
        return true;
    }

    private ushort NumberOf((ulong Current, ulong Previous) generation)
    {
        if (generation.Current == _newest.Current) return _number;
        if (_number > 0 && generation.Current == _newest.Previous) return (ushort)(_number - 1);
        _newest = generation;
        return ++_number;
    }
}
