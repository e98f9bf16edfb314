using System.Runtime.InteropServices;
using ActorFingerprint.Limits.Keys;

namespace ActorFingerprint.Engine.Limiting;

/// <summary>
/// One generation of secrets and the requests under way with it. A rotation closes the older generation; requests of the newer one wait
/// until none of the older is under way any more, so that an entity is carried over when nobody can change it under its older name:
/// nothing is lost between two generations, and nothing counted in both.
/// </summary>
internal sealed class LimiterGeneration(KeyRing ring, bool isOpen)
{
    private const int Stripes = 16;

    private readonly Lock _gate = new();
    private readonly PaddedCount[] _under = new PaddedCount[Stripes];
    private readonly List<LimiterVisit> _early = [];
    private Action? _drained;
    private int _isClosed;
    private volatile bool _isOpen = isOpen;

    /// <summary>Derives the names.</summary>
    public KeyRing Ring => ring;

    /// <summary>Check values of the ring's current and previous key secret: what other nodes know the generation by.</summary>
    public (ulong Current, ulong Previous) Check { get; } = (ring.CheckValue, ring.PreviousCheckValue);

    /// <summary>A request is under way; false when a rotation came first: ask the newer generation.</summary>
    public bool TryEnter()
    {
        Interlocked.Increment(ref _under[Stripe].Count);
        if (Volatile.Read(ref _isClosed) == 0) return true;
        Leave();
        return false;
    }

    /// <summary>It is no more. Any thread may say so: the stripes' sum counts.</summary>
    public void Leave()
    {
        Interlocked.Decrement(ref _under[Stripe].Count);
        if (Volatile.Read(ref _isClosed) != 0) TellWhenDrained();
    }

    /// <summary>False when the visit may go at once; else it is kept until <see cref="Open"/>.</summary>
    public bool Keeps(LimiterVisit visit)
    {
        if (_isOpen) return false;
        lock (_gate)
        {
            if (_isOpen) return false;
            _early.Add(visit);
            return true;
        }
    }

    /// <summary>The older generation is drained: gives the visits that came early.</summary>
    public IReadOnlyList<LimiterVisit> Open()
    {
        lock (_gate)
        {
            _isOpen = true;
            var early = _early.ToArray();
            _early.Clear();
            return early;
        }
    }

    /// <summary>Lets no further request in and calls back, once, when none is under way.</summary>
    public void Close(Action drained)
    {
        _drained = drained;
        Interlocked.Exchange(ref _isClosed, 1);
        TellWhenDrained();
    }

    private static int Stripe => Environment.CurrentManagedThreadId & (Stripes - 1);

    private void TellWhenDrained()
    {
        long under = 0;
        for (var i = 0; i < _under.Length; i++) under += Volatile.Read(ref _under[i].Count);
        if (under == 0) Interlocked.Exchange(ref _drained, null)?.Invoke();
    }

    [StructLayout(LayoutKind.Explicit, Size = 64)]
    private struct PaddedCount
    {
        [FieldOffset(0)]
        public long Count;
    }
}
