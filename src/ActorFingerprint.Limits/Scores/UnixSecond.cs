namespace ActorFingerprint.Limits.Scores;

/// <summary>
/// A Unix second, or a number of seconds, in four bytes, for what very many keys hold: 0 (1970, or "never") to 4,294,967,295 (2106); what lies
/// beyond is the nearest of them.
/// </summary>
/// <param name="Value">The second.</param>
internal readonly record struct UnixSecond(uint Value)
{
    public static implicit operator long(UnixSecond second) => second.Value;

    public static implicit operator UnixSecond(long second) => new((uint)Math.Clamp(second, 0, uint.MaxValue));
}
