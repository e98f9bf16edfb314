
namespace ActorFingerprint.Protocols.Network;

/// <summary>
/// How many more bytes each direction of a TCP flow may hand on in the current minute of frame time: the reason why bulk data costs one
/// table probe and no copy. A fixed, 4-way set-associative table; nothing grows, nothing is swept, and under a flood of new flows the
/// entry with the least left gives way. A direction that was forgotten or never seen starts anew, which can only hand on more than
/// needed.
/// </summary>
internal sealed class FlowBudgets
{
    /// <summary>
    /// Bytes that a direction without a hello so far hands on: a hello that starts after plaintext, arrives with its segments reversed, or
    /// continues from the minute before is still whole up to this size; usual ones have 0.3 to 2.3 kB.
    /// </summary>
    public const int Initial = 8 * 1024;

    /// <summary>Added to twice the announced length, which pays for one retransmission and for short records' headers.</summary>
    public const int HelloSlack = 2 * 1024;

    private const int Ways = 4;
    private const int BudgetBits = 20;
    private const int GenerationBits = 12;
    private const ulong BudgetMask = (1UL << BudgetBits) - 1;
    private const uint LastGeneration = (1u << GenerationBits) - 1;

    // An entry: 32 bits of the direction's hash, 12 bits of the minute's generation, 20 bits of bytes left.
    private readonly ulong[] _entries;
    private readonly int _setMask;
    private uint _generation = 1;

    /// <param name="setBits">2 to the power of this many sets of 32 bytes.</param>
    public FlowBudgets(int setBits)
    {
        _entries = new ulong[Ways << setBits];
        _setMask = (1 << setBits) - 1;
    }

    /// <summary>What a direction may hand on once its hello has begun, and as much again as is known to follow it.</summary>
    public static int ForHello(int announcedLength, int following) => announcedLength * 2 + following + HelloSlack;

    /// <summary>Forgets every direction. The table is really cleared only once in 4,095 times.</summary>
    public void StartOver()
    {
        if (_generation++ < LastGeneration) return;
        Array.Clear(_entries);
        _generation = 1;
    }

    /// <summary>Spends <paramref name="length"/> bytes of a direction; false when nothing was left.</summary>
    /// <param name="flow">The flow's hash. Both directions share a set, and so a cache line.</param>
    /// <param name="isReversed">Which of its directions.</param>
    /// <param name="length">Bytes of the segment.</param>
    /// <param name="helloBudget">What the direction has from now on because this segment begins a hello; 0 when it does not.</param>
    public bool TrySpend(ulong flow, bool isReversed, int length, int helloBudget)
    {
        var set = _entries.AsSpan(((int)flow & _setMask) * Ways, Ways);
        var key = (flow >> 32 ^ (isReversed ? 1UL : 0)) << GenerationBits | _generation;
        var victim = 0;
        var least = ulong.MaxValue;
        for (var way = 0; way < set.Length; way++)
        {
            var entry = set[way];
            if (entry >> BudgetBits == key)
            {
                var left = helloBudget != 0 ? (ulong)helloBudget : entry & BudgetMask;
                if (left == 0) return false;
                set[way] = key << BudgetBits | Spent(left, length);
                return true;
            }
            var worth = (entry >> BudgetBits & LastGeneration) == _generation ? (entry & BudgetMask) + 1 : 0;
            if (worth >= least) continue;
            least = worth;
            victim = way;
        }
        set[victim] = key << BudgetBits | Spent(helloBudget != 0 ? (ulong)helloBudget : Initial, length);
        return true;
    }

    private static ulong Spent(ulong left, int length) => left > (ulong)length ? left - (ulong)length : 0;
}
