using ActorFingerprint.Limits.Hosting;

namespace ActorFingerprint.Engine.Limiting.Asks;

/// <summary>What every ask of a limiter region begins with; docs/cluster.md describes the form.</summary>
/// <param name="Instance">The region that asks.</param>
/// <param name="Number">Its number among that region's asks: the same ask twice is one.</param>
/// <param name="LeftMs">Milliseconds that the request still has.</param>
/// <param name="Ring">Check value of the secrets that its names were made with.</param>
/// <param name="PreviousRing">That of the secrets before; 0 for none.</param>
internal readonly record struct LimiterAsk(Guid Instance, long Number, long LeftMs, ulong Ring, ulong PreviousRing)
{
    /// <summary>Version of asks and answers.</summary>
    public const byte Version = 1;

    /// <summary>Kind: a decision, from where it stands.</summary>
    public const string Decide = "decide";

    /// <summary>Kind: an operator's request.</summary>
    public const string Operate = "operate";

    /// <summary>Kind: a spending from a simple throttle.</summary>
    public const string Consume = "consume";

    /// <summary>Kind: the state under a previous key (AF-1 §5.2).</summary>
    public const string HandOver = "hand-over";

    private const long MostMs = 3_600_000;

    /// <summary>Whether both sides' names can be of the same secrets.</summary>
    public bool Knows((ulong Current, ulong Previous) other) =>
        Ring == other.Current || Ring == other.Previous
        || (PreviousRing != 0 && (PreviousRing == other.Current || PreviousRing == other.Previous));

    public void Write(CompactWriter output)
    {
        Span<byte> instance = stackalloc byte[16];
        Instance.TryWriteBytes(instance);
        output.Byte(Version);
        output.Bytes(instance);
        output.Number(Number);
        output.Number(Math.Clamp(LeftMs, 0, MostMs));
        output.Fixed(Ring);
        output.Fixed(PreviousRing);
    }

    public static LimiterAsk Read(ref CompactReader input)
    {
        ReadVersion(ref input);
        var instance = input.Bytes();
        if (instance.Length != 16) throw new FormatException("an ask names no instance");
        return new(new Guid(instance), input.Number(), input.Number(MostMs), input.Fixed(), input.Fixed());
    }

    /// <summary>Reads the first byte of an ask or an answer.</summary>
    public static void ReadVersion(ref CompactReader input)
    {
        if (input.Byte() is not Version and var other)
            throw new FormatException($"version {other} of the limiter's asks is not known here: another release of this program runs there");
    }
}
